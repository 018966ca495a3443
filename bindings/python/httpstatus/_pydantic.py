"""What pydantic makes a validator, a serializer and a JSON schema of; imported when it asks for it."""


def schema(status):
    """That of the class Status: an integer, which pydantic reads as it does any other, and its row."""
    from pydantic_core import core_schema

    def validated(value, integer):
        return value if isinstance(value, status) else status(integer(value))

    return core_schema.no_info_wrap_validator_function(validated, core_schema.int_schema())
