"""A request that is answered with an error."""


class RefusedCall(Exception):
    """A status and the sentence that the client gets.

    Args:
        status: The HTTP status.
        message: The sentence.

    Attributes:
        status: The HTTP status.
        message: The sentence.
    """

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
