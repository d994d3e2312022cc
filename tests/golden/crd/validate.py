#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""validate.py CRD RESOURCE...: would an API server that has this CustomResourceDefinition take the resources, and keep
every field of them? It prunes what the schema does not have, so here that is an error. Exit 1 when one is refused."""
import re
import sys

import yaml

LIMITS = {"int32": 2**31, "int64": 2**63}
# What says nothing about a value.
SILENT = {"description", "default", "x-kubernetes-list-map-keys"}


def is_type(value, name):
    return {
        "object": lambda: isinstance(value, dict),
        "array": lambda: isinstance(value, list),
        "string": lambda: isinstance(value, str),
        "integer": lambda: isinstance(value, int) and not isinstance(value, bool),
        "boolean": lambda: isinstance(value, bool),
    }[name]()


def check_format(value, name):
    if name in LIMITS:
        return -LIMITS[name] <= value < LIMITS[name]
    if name == "date-time":
        return re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", value) is not None
    raise SystemExit(f"validate.py: format {name} is not known")


# Keywords of a structural schema (apiextensions.k8s.io/v1) that are a condition on the value alone.
KEYWORDS = {
    "type": is_type,
    "format": check_format,
    "enum": lambda value, allowed: value in allowed,
    "pattern": lambda value, pattern: re.search(pattern, value) is not None,
    "minimum": lambda value, n: value >= n,
    "minLength": lambda value, n: len(value) >= n,
    "maxLength": lambda value, n: len(value) <= n,
    "minItems": lambda value, n: len(value) >= n,
    "maxItems": lambda value, n: len(value) <= n,
    "required": lambda value, names: set(names) <= set(value),
    "x-kubernetes-list-type": lambda value, kind: kind != "set" or len(set(value)) == len(value),
}


def errors(value, schema, path):
    for key, wanted in schema.items():
        if key in KEYWORDS:
            if not KEYWORDS[key](value, wanted):
                yield f"{path}: {key} is {wanted}, here is {str(value)[:60]}"
                if key == "type":
                    return
        elif key == "items":
            for i, item in enumerate(value):
                yield from errors(item, wanted, f"{path}[{i}]")
        elif key == "properties":
            for name, member in value.items():
                if name in wanted:
                    yield from errors(member, wanted[name], f"{path}.{name}")
                else:
                    yield f"{path}.{name}: not in the schema"
        elif key not in SILENT:
            raise SystemExit(f"validate.py: the schema's {key} is not known")


def resource_errors(crd, resource):
    spec = crd["spec"]
    group, _, version = str(resource.get("apiVersion")).partition("/")
    schemas = {v["name"]: v["schema"]["openAPIV3Schema"] for v in spec["versions"] if v["served"]}
    if group != spec["group"] or resource.get("kind") != spec["names"]["kind"] or version not in schemas:
        return [f"{resource.get('apiVersion')} {resource.get('kind')} is not served"]
    # its schema is an API server's own
    metadata = resource.get("metadata", {})
    name = metadata.get("name")
    found = list(errors(resource, schemas[version], ""))
    if set(metadata) != {"name"} or not re.fullmatch(r"[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?", str(name)):
        found.append(f".metadata: {metadata}")
    return found


def main():
    # type first: the rest takes it for granted
    with open(sys.argv[1], encoding="utf-8") as f:
        crd = yaml.safe_load(f)
    for version in crd["spec"]["versions"]:
        sort_types_first(version["schema"])
    refused = 0
    for path in sys.argv[2:]:
        with open(path, encoding="utf-8") as f:
            found = resource_errors(crd, yaml.safe_load(f))
        for text in found[:10]:
            print(f"{path}: {text}", file=sys.stderr)
        refused += bool(found)
    sys.exit(1 if refused else 0)


def sort_types_first(node):
    if isinstance(node, dict):
        if isinstance(node.get("type"), str):
            rest = dict(node)
            node.clear()
            node.update({"type": rest.pop("type"), **rest})
        for member in node.values():
            sort_types_first(member)


if __name__ == "__main__":
    main()
