"""What lanes are called: one for each customer of a workspace, and one more for each group in which they order."""

IN_GROUP = "@"


def lane_of(workspace: str, contact: str, group: str = "") -> str:
    """`group`: the chat of an ordering group; what is said there is one person's too, and goes on by itself."""
    return f"contact:{workspace}:{contact}{IN_GROUP}{group}" if group else f"contact:{workspace}:{contact}"
