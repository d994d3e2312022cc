#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""schema.py [--wrong] NAME FILE...: each FILE is as docs/schema/NAME.schema.json says, and holds nothing else; with
--wrong, none is.

To those who read an output the schemas are open, for members may be added; here they are closed, so that none is added
without its line there. The interpreter is the system's, which has the package python3-jsonschema.
"""
import json
import os
import sys

import jsonschema

DIRECTORY = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "docs", "schema")


def unique(pairs):
    """An object none of whose keys occurs twice."""
    if len({key for key, _ in pairs}) != len(pairs):
        raise ValueError(f"a key occurs twice: {[key for key, _ in pairs]}")
    return dict(pairs)


def read(path):
    with open(path, encoding="utf-8") as f:
        return json.load(f, object_pairs_hook=unique)


def own(node):
    """The schema, with its references to common.json made its own."""
    if isinstance(node, list):
        return [own(item) for item in node]
    if not isinstance(node, dict):
        return node
    return {key: value.replace("common.json#", "#") if key == "$ref" else own(value) for key, value in node.items()}


def named(node, defs):
    """The members that a schema names, itself or where it refers to."""
    if not isinstance(node, dict):
        return set()
    names = set(node.get("properties", {}))
    parts = [node.get("then"), node.get("else"), *node.get("allOf", [])]
    if "$ref" in node:
        parts.append(defs[node["$ref"].removeprefix("#/$defs/")])
    return names.union(*(named(part, defs) for part in parts))


def close(node, defs):
    """Let the objects of a schema hold nothing that it does not name."""
    for child in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        close(child, defs)
    if isinstance(node, dict) and node.get("type") == "object" and "additionalProperties" not in node:
        node["properties"] = {name: node.get("properties", {}).get(name, True) for name in named(node, defs)}
        node["additionalProperties"] = False


def load(name):
    schema = own(read(os.path.join(DIRECTORY, name + ".schema.json")))
    common = own(read(os.path.join(DIRECTORY, "common.json")))["$defs"]
    defs = schema.setdefault("$defs", {})
    if defs.keys() & common.keys():
        raise ValueError(f"{name}: also in common.json: {defs.keys() & common.keys()}")
    defs.update(common)
    close(schema, defs)
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


def first_error(validator, path):
    """What is wrong with the file, in a line; None: nothing."""
    try:
        errors = list(validator.iter_errors(read(path)))
    except ValueError as e:
        return str(e)
    if not errors:
        return None
    # what holds something wrong is wrong as well: the deepest says where it is
    error = max(errors, key=lambda e: len(e.absolute_path))
    return f"{error.json_path}: {error.message[:500]}"


def main():
    args = sys.argv[1:]
    wrong = args[0] == "--wrong"
    name, *paths = args[wrong:]
    validator = load(name)
    for path in paths:
        error = first_error(validator, path)
        if wrong and not error:
            sys.exit(f"{path}: {name}.schema.json takes it")
        if error and not wrong:
            sys.exit(f"{path}: not as {name}.schema.json says: {error}")


if __name__ == "__main__":
    main()
