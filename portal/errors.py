"""What can be refused, and in which words?

Four families of refusal, each with a stable code for programs and a full sentence for people. Whatever raises one of
these is a normal outcome: pages, commands and the API show the sentence. Anything else that is raised is a fault and
belongs in the log.
"""


class Refusal(Exception):  # noqa: N818 - a refusal is an outcome, not an error
    """A request that was understood and refused.

    Attributes: ``code`` (stable, kebab-case), ``sentence`` (for people, ends in a full stop), ``status`` (HTTP status).
    """

    status = 400
    title = "Not possible"

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code
        self.sentence = sentence


class NotFound(Refusal):
    """There is no such thing, or not for this reader."""

    status = 404
    title = "Not found"


class NotSignedIn(Refusal):
    """Nobody knows who asks."""

    status = 401
    title = "Not signed in"


class NotAllowed(Refusal):
    """This person may not do it (who they are)."""

    status = 403
    title = "Not allowed"


class NotNow(Refusal):
    """It can't be done in the present state (when it is asked)."""

    status = 409
    title = "Not possible now"


class TooOften(NotNow):
    """It was asked for more often than one account or address may in a while; ``seconds`` until it may again."""

    status = 429
    title = "Too many attempts"

    def __init__(self, code: str, sentence: str, seconds: int) -> None:
        super().__init__(code, sentence)
        self.seconds = seconds


class NotValid(Refusal):
    """What was sent is not right (what they sent)."""

    status = 422
    title = "Not valid"


class TooLarge(NotValid):
    """More was sent than is read."""

    status = 413
    title = "Too large"
