"""Draw the state tables into docs/architecture.md; with --check only say whether the drawing is current."""

from portal.commands import DrawingCommand
from supplychain.states import PUBLICATION_MOVES, RETURN_MOVES, SYSTEM, Move


class Command(DrawingCommand):
    help = __doc__
    page, what = "architecture.md", "states"

    def drawn(self) -> str:
        return f"{drawing('A return', RETURN_MOVES)}\n{drawing('A disclosure', PUBLICATION_MOVES)}"


def drawing(title: str, moves: tuple[Move, ...]) -> str:
    """A diagram in Mermaid and the table behind it."""
    lines = [f"### {title}", "", "```mermaid", "stateDiagram-v2"]
    lines += [f"    {_word(m.source)} --> {_word(m.target)}: {m.verb.replace('_', ' ')}" for m in moves]
    lines += ["```", "", "| from | deed | to | who |", "| --- | --- | --- | --- |"]
    lines += [
        f"| {m.source} | {m.verb.replace('_', ' ')} | {m.target} | {'the system' if m.who == SYSTEM else m.who} |"
        for m in moves
    ]
    return "\n".join(lines) + "\n"


def _word(state: str) -> str:
    return state.replace("-", "_")
