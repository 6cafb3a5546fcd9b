"""Whether a response is what botocore's own service model says it may be.

boto3 is lenient: it drops members that it does not know and leaves out those that are missing. This
check is not, and it sits behind every call of the suite.
"""

import json
import re
from datetime import datetime

# Codes that a service may answer with although its model does not list them.
COMMON_ERRORS = {
    "AccessDeniedException",
    "ThrottlingException",
    "UnknownOperationException",
    "UnrecognizedClientException",
    # CloudWatch's, in the operations whose model has no error for a wrong value.
    "ValidationError",
    "ValidationException",
}
ERRORS_OF_S3 = {"404", "412", "NoSuchBucket", "NoSuchKey", "PreconditionFailed", "ConditionalRequestConflict"}


class Violation(AssertionError):
    pass


def watch(session, seen):
    """Checks every response of every client that the session makes; notes the operations in `seen`."""

    def after_call(http_response, parsed, model, **_):
        seen.add((model.service_model.service_name, model.name))
        where = f"{model.service_model.service_name}.{model.name}"
        if http_response.status_code >= 300:
            check_error(where, parsed["Error"]["Code"], model)
        elif model.output_shape is not None:
            check(where, parsed, model.output_shape)
            if model.service_model.resolved_protocol == "json" and http_response.content:
                check_members(where, json.loads(http_response.content), model.output_shape)

    session.register("after-call", after_call)


def check_error(where, code, model):
    known = {shape.metadata.get("error", {}).get("code", shape.name) for shape in model.error_shapes}
    known |= {shape.name for shape in model.error_shapes} | COMMON_ERRORS
    if model.service_model.service_name == "s3":
        known |= ERRORS_OF_S3
    if code not in known:
        raise Violation(f"{where} answered the error {code}; its model knows {sorted(known)}")


def check(where, value, shape):
    """A parsed value against its shape, downwards."""
    kind = shape.type_name
    if kind == "structure":
        for name in shape.required_members:
            if name not in value:
                raise Violation(f"{where}: the required member {name} is missing")
        for name, member in shape.members.items():
            if value.get(name) is not None:
                check(f"{where}.{name}", value[name], member)
    elif kind == "list":
        within(where, len(value), shape, "items")
        for index, item in enumerate(value):
            check(f"{where}[{index}]", item, shape.member)
    elif kind == "map":
        for key, item in value.items():
            check(f"{where}[key]", key, shape.key)
            check(f"{where}[{key}]", item, shape.value)
    elif kind == "string" and shape.name == "policyDocumentType" and isinstance(value, dict):
        pass  # botocore has read IAM's document already.
    elif kind == "string":
        text(where, value, shape)
    elif kind == "timestamp":
        expect(where, isinstance(value, datetime), "a time", value)
    elif kind in ("integer", "long"):
        expect(where, isinstance(value, int) and not isinstance(value, bool), "a whole number", value)
        within(where, value, shape, "")
    elif kind in ("float", "double"):
        expect(where, isinstance(value, (int, float)), "a number", value)
    elif kind == "boolean":
        expect(where, isinstance(value, bool), "true or false", value)


def text(where, value, shape):
    expect(where, isinstance(value, str), "a text", value)
    if shape.enum:
        expect(where, value in shape.enum, f"one of {shape.enum}", value)
    within(where, len(value), shape, "characters")
    pattern = shape.metadata.get("pattern")
    if pattern:
        expect(where, matches(pattern, value), f"what matches {pattern}", value)


def matches(pattern, value):
    try:
        return re.search(pattern, value) is not None
    except re.error:  # Java's dialect has classes that Python's has not.
        return True


def within(where, number, shape, unit):
    low, high = shape.metadata.get("min"), shape.metadata.get("max")
    expect(where, low is None or number >= low, f"at least {low} {unit}", number)
    expect(where, high is None or number <= high, f"at most {high} {unit}", number)


def check_members(where, raw, shape):
    """The body as sent has no member that the model does not know."""
    if raw is None:
        return
    if shape.type_name == "structure":
        names = {member.serialization.get("name", name): member for name, member in shape.members.items()}
        for name, value in raw.items():
            expect(where, name in names, f"no member but {sorted(names)}", name)
            check_members(f"{where}.{name}", value, names[name])
    elif shape.type_name == "list":
        for item in raw:
            check_members(f"{where}[]", item, shape.member)
    elif shape.type_name == "map":
        for key, item in raw.items():
            check_members(f"{where}[{key}]", item, shape.value)


def expect(where, holds, wanted, found):
    if not holds:
        raise Violation(f"{where} should be {wanted}, and is {found!r}")
