"""Draw the state tables into docs/architecture.md; with --check only say whether the drawing is current."""

from pathlib import Path

from django.conf import settings

from portal.commands import PortalCommand
from supplychain.states import PUBLICATION_MOVES, RETURN_MOVES, SYSTEM, Move

BEGIN, END = "<!-- states: begin (manage.py draw_states) -->", "<!-- states: end -->"


class Command(PortalCommand):
    help = __doc__

    def add_arguments(self, parser) -> None:
        parser.add_argument("--check", action="store_true")

    def work(self, *, check: bool, **options) -> int | None:
        page = Path(settings.BASE_DIR) / "docs" / "architecture.md"
        text = page.read_text(encoding="utf-8")
        before, _, rest = text.partition(BEGIN)
        _, _, after = rest.partition(END)
        drawings = f"{drawing('A return', RETURN_MOVES)}\n{drawing('A disclosure', PUBLICATION_MOVES)}"
        drawn = f"{before}{BEGIN}\n{drawings}{END}{after}"
        if drawn == text:
            self.stdout.write("The drawing of the states is current.")
            return None
        if check:
            self.stderr.write(
                "The drawing of the states in docs/architecture.md is not current: run manage.py draw_states."
            )
            return 1
        page.write_text(drawn, encoding="utf-8")
        self.stdout.write("The states are drawn.")
        return None


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
