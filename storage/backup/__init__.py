"""The books and the files in one sealed file, and the way back into an empty database of either kind.

taking.py      one snapshot of all tables, and the files -> a sealed archive
reading.py     a sealed archive, opened and proved part by part
restoring.py   such an archive -> an empty database
settling.py    what was in flight when it was made, so that nothing is sent twice
rows.py        one row <-> one line
sealing.py     age (https://age-encryption.org), the format and its keys
copies.py      the folder in which backups lie, and which of them go
"""
