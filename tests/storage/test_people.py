"""The people of a shop in the books: who comes by a pass, who goes, and that somebody always owns the shop."""

import threading
from collections.abc import Callable

import pytest

from bot.runtime.writer import PostgresWriter
from storage.actions import passes, people
from storage.actors import Actor, system_actor
from storage.db import Books
from storage.errors import BadInput, BotError, Conflict, NotAllowed, NotFound
from storage.queries import people as queries
from storage.queries.audit import entries
from storage.rules.permissions import Role
from storage.scope import Scope
from storage.tx import Tx
from tests.storage.conftest import TELEGRAM, Hands

MAIN = Scope("main")
SYSTEM = system_actor(MAIN)
INVALID = "not valid any more"


def member(books: Books, telegram: str, role: Role = Role.STAFF, name: str = "", workspace: str = "main") -> Actor:
    """Somebody who works there, as an actor."""
    scope = Scope(workspace)
    boss = system_actor(scope)
    books.write(lambda tx: people.add_member(tx, name=name or telegram, role=role, telegram_id=telegram, actor=boss))
    return books.read(lambda tx: queries.acting_member(tx, scope, telegram))


def invite(books: Books, by: Actor, role: Role = Role.STAFF) -> str:
    return books.write(lambda tx: passes.issue(tx, passes.MEMBER, role, by))


def join(books: Books, secret: str, telegram: str, scope: Scope = MAIN) -> Role:
    return books.write(lambda tx: passes.redeem_person(tx, scope, secret, telegram_id=telegram, name="Kiran"))


def roles(books: Books) -> dict[str, Role]:
    return {each.telegram_id: each.role for each in books.read(lambda tx: queries.members_of(tx, MAIN))}


def test_an_invitation_takes_in_one_person_once(books: Books) -> None:
    secret = invite(books, member(books, "1", Role.OWNER), Role.VIEWER)
    assert join(books, secret, "5") is Role.VIEWER
    for other in ("6", "5"):
        with pytest.raises(NotAllowed, match=INVALID):
            join(books, secret, other)
    assert roles(books)["5"] is Role.VIEWER
    assert "6" not in roles(books)


def test_passes_expire_to_the_moment(books: Books, hands: Hands) -> None:
    boss = member(books, "1", Role.OWNER)
    secret = invite(books, boss)
    hands.moves(hours=24)
    with pytest.raises(NotAllowed, match=INVALID):
        join(books, secret, "5")
    code = books.write(lambda tx: passes.issue(tx, passes.GROUP, Role.STAFF, boss))
    hands.moves(minutes=10)
    with pytest.raises(NotAllowed, match=INVALID):
        books.write(lambda tx: passes.redeem_group(tx, code, account=TELEGRAM, chat="-5", actor=boss))
    assert join(books, invite(books, boss), "5") is Role.STAFF


def test_a_pass_opens_only_its_own_door(books: Books) -> None:
    boss = member(books, "1", Role.OWNER)
    code = books.write(lambda tx: passes.issue(tx, passes.GROUP, Role.STAFF, boss))
    with pytest.raises(NotAllowed, match=INVALID):
        join(books, code, "5")
    secret = invite(books, boss)
    with pytest.raises(NotAllowed, match=INVALID):
        books.write(lambda tx: passes.redeem_group(tx, secret, account=TELEGRAM, chat="-5", actor=boss))
    with pytest.raises(NotAllowed, match=INVALID):
        join(books, secret, "5", Scope("other"))
    assert join(books, f" {secret}\n", "5") is Role.STAFF


def test_an_owner_who_opens_their_own_invitation_stays_owner_and_the_link_goes_on(books: Books) -> None:
    secret = invite(books, member(books, "1", Role.OWNER), Role.VIEWER)
    with pytest.raises(Conflict, match="in the team already, as owner"):
        join(books, secret, "1")
    assert roles(books)["1"] is Role.OWNER
    assert join(books, secret, "5") is Role.VIEWER


def test_the_link_of_the_first_start_makes_a_member_the_owner(books: Books) -> None:
    link = books.write(lambda tx: passes.issue(tx, passes.OWNER, Role.OWNER, SYSTEM))
    assert join(books, link, "main-7002") is Role.OWNER
    assert roles(books)["main-7002"] is Role.OWNER


def test_the_link_of_the_first_start_is_void_once_somebody_owns_the_shop(books: Books) -> None:
    link = books.write(lambda tx: passes.issue(tx, passes.OWNER, Role.OWNER, SYSTEM))
    member(books, "1", Role.OWNER)
    with pytest.raises(NotAllowed, match=INVALID):
        join(books, link, "5")
    assert "5" not in roles(books)


def test_an_invitation_is_worth_what_its_writer_may_now(books: Books) -> None:
    boss, second = member(books, "1", Role.OWNER), member(books, "2", Role.OWNER)
    removed, demoted = invite(books, second), invite(books, second)
    books.write(lambda tx: people.change_role(tx, second.id, Role.ADMIN, boss))
    with pytest.raises(NotAllowed, match=INVALID):
        join(books, demoted, "5")
    books.write(lambda tx: people.remove_member(tx, second.id, boss))
    for telegram in ("2", "5"):  # the removed owner too, who kept a way back
        with pytest.raises(NotAllowed, match=INVALID):
            join(books, removed, telegram)
    assert "2" not in roles(books)


def test_whoever_was_removed_is_not_called_back_by_an_older_invitation(books: Books, hands: Hands) -> None:
    boss, ravi = member(books, "1", Role.OWNER), member(books, "2")
    older = invite(books, boss)
    hands.moves(minutes=1)
    books.write(lambda tx: people.remove_member(tx, ravi.id, boss))
    with pytest.raises(NotAllowed, match=INVALID):
        join(books, older, "2")
    hands.moves(minutes=1)
    assert join(books, invite(books, boss), "2") is Role.STAFF
    assert join(books, older, "5") is Role.STAFF


def test_two_who_open_one_invitation_at_once_are_one(books: Books, open_books: Callable[[], Books]) -> None:
    secret = invite(books, member(books, "1", Role.OWNER))
    faults = _at_once(
        open_books,
        *(lambda tx, at=at: passes.redeem_person(tx, MAIN, secret, telegram_id=at, name=at) for at in ("5", "6", "7")),
    )
    assert [type(each) for each in faults] == [NotAllowed, NotAllowed]
    assert len(set(roles(books)) & {"5", "6", "7"}) == 1


def test_two_owners_who_remove_each_other_at_once_leave_one(books: Books, open_books: Callable[[], Books]) -> None:
    for at in range(4):
        one, other = member(books, "1", Role.OWNER), member(books, "2", Role.OWNER)
        faults = _at_once(
            open_books,
            lambda tx, one=one, other=other: people.remove_member(tx, other.id, one),
            lambda tx, one=one, other=other: people.change_role(tx, one.id, Role.STAFF, other),
        )
        assert [type(each) for each in faults] == [Conflict], at
        assert list(roles(books).values()).count(Role.OWNER) == 1


def _at_once(open_books: Callable[[], Books], *works: Callable[[Tx], object]) -> list[BotError]:
    """Each work as a process of its own would do it; returns what was refused."""
    faults: list[BotError] = []

    def run(work: Callable[[Tx], object]) -> None:
        writer = PostgresWriter(open_books(), connections=1)
        try:
            writer.attempt(work)
        except BotError as fault:
            faults.append(fault)
        finally:
            writer.close()

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return faults


def test_nobody_who_is_not_in_the_team_is_changed(books: Books) -> None:
    boss, ravi = member(books, "1", Role.OWNER), member(books, "2")
    there = member(books, "3", workspace="other")
    books.write(lambda tx: people.remove_member(tx, ravi.id, boss))
    for who in (ravi.id, there.id, "nobody"):
        with pytest.raises(NotFound):
            books.write(lambda tx, who=who: people.remove_member(tx, who, boss))
        with pytest.raises(NotFound):
            books.write(lambda tx, who=who: people.change_role(tx, who, Role.ADMIN, boss))
    with pytest.raises(NotFound):
        books.write(lambda tx: people.restore_member(tx, boss.id, boss))
    assert len(books.read(lambda tx: entries(tx, boss, since=tx.now, what="member"))) == 1


def test_a_shop_does_not_change_the_operator(books: Books) -> None:
    boss, runs = member(books, "1", Role.OWNER), member(books, "2", Role.OPERATOR, "Op")
    for work in (
        lambda tx: people.change_role(tx, runs.id, Role.STAFF, boss),
        lambda tx: people.remove_member(tx, runs.id, boss),
    ):
        with pytest.raises(NotAllowed, match="Op runs this installation"):
            books.write(work)
    books.write(lambda tx: people.change_role(tx, boss.id, Role.OWNER, runs))
    with pytest.raises(BadInput, match="owner, admin, staff, viewer"):
        books.write(lambda tx: people.change_role(tx, boss.id, Role.OPERATOR, boss))
    for role in (Role.OWNER, Role.OPERATOR, Role.SYSTEM):
        with pytest.raises(BadInput, match="admin, staff, viewer"):
            invite(books, boss, role)


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("Ki\nran\u202e\u200b  X", "Ki ran X"),
        ("\u2067\u0000", "5"),
        ("अशोक\u200dकुमार", "अशोक\u200dकुमार"),
        ("n" * 4096, "n" * 200),
    ],
)
def test_a_members_name_is_one_short_line(books: Books, written: str, kept: str) -> None:
    secret = invite(books, member(books, "1", Role.OWNER))
    books.write(lambda tx: passes.redeem_person(tx, MAIN, secret, telegram_id="5", name=written))
    found = books.read(lambda tx: queries.member_by_telegram(tx, MAIN, "5"))
    assert found is not None
    assert found.name == kept
    joined = books.read(lambda tx: entries(tx, SYSTEM, since=tx.now, what="join"))
    assert [each.actor_name for each in joined] == [kept]


def test_a_number_means_whose_it_is_and_not_who_calls_themselves_so(books: Books) -> None:
    boss, evil = member(books, "100", Role.OWNER, "Meera"), member(books, "200", name="100")

    def named(said: str) -> str:
        return books.read(lambda tx: queries.member_named(tx, MAIN, said).id)

    assert named("100") == named("Meera") == named("@meera") == named(boss.id) == boss.id
    assert named("200") == evil.id
    member(books, "300", name="Meera")
    with pytest.raises(BadInput, match=r"Meera \(100\), Meera \(300\)"):
        named("meera")
    for telegram in ("200", "300"):
        gone = books.read(lambda tx, telegram=telegram: queries.acting_member(tx, MAIN, telegram))
        books.write(lambda tx, gone=gone: people.remove_member(tx, gone.id, boss))
    member(books, "400", name="Meera")
    again = books.read(lambda tx: queries.acting_member(tx, MAIN, "400"))
    books.write(lambda tx: people.remove_member(tx, again.id, boss))
    with pytest.raises(BadInput, match=r"Meera \(300\), Meera \(400\)"):
        books.read(lambda tx: queries.former_member(tx, MAIN, "Meera"))
    assert books.read(lambda tx: queries.former_member(tx, MAIN, "200")).id == evil.id


def test_a_group_works_for_one_shop(books: Books) -> None:
    boss, other = member(books, "1", Role.OWNER), member(books, "2", Role.OWNER, workspace="other")
    code = books.write(lambda tx: passes.issue(tx, passes.GROUP, Role.STAFF, other))
    with pytest.raises(Conflict, match="another shop"):
        books.write(lambda tx: passes.redeem_group(tx, code, account=TELEGRAM, chat="-100", actor=other))
    assert books.read(lambda tx: queries.group_chats(tx, Scope("other"))) == []
    books.write(lambda tx: passes.redeem_group(tx, code, account=TELEGRAM, chat="-200", actor=other))
    with pytest.raises(NotAllowed, match=INVALID):
        books.write(lambda tx: passes.redeem_group(tx, code, account=TELEGRAM, chat="-300", actor=other))
    again = books.write(lambda tx: passes.issue(tx, passes.GROUP, Role.STAFF, boss))
    books.write(lambda tx: passes.redeem_group(tx, again, account=TELEGRAM, chat="-100", actor=boss))
    assert [each.recipient for each in books.read(lambda tx: queries.group_chats(tx, MAIN))] == ["-100"]


def test_a_new_code_for_a_group_voids_the_one_before(books: Books) -> None:
    boss = member(books, "1", Role.OWNER)
    first = books.write(lambda tx: passes.issue(tx, passes.GROUP, Role.STAFF, boss))
    second = books.write(lambda tx: passes.issue(tx, passes.GROUP, Role.STAFF, boss))
    with pytest.raises(NotAllowed, match=INVALID):
        books.write(lambda tx: passes.redeem_group(tx, first, account=TELEGRAM, chat="-5", actor=boss))
    books.write(lambda tx: passes.redeem_group(tx, second, account=TELEGRAM, chat="-5", actor=boss))


def test_a_group_that_is_lost_stands_in_the_audit_log(books: Books) -> None:
    assert books.write(lambda tx: people.unbind_group(tx, MAIN, account=TELEGRAM, chat="-100"))
    assert not books.write(lambda tx: people.unbind_group(tx, MAIN, account=TELEGRAM, chat="-100"))
    found = books.read(lambda tx: entries(tx, SYSTEM, since=tx.now, what="group"))
    assert [(each.action, each.object) for each in found] == [("lose group", "-100")]
