"""Lets papermill write parameters as Go, for notebooks of Galago.

    pip install ./kernel/jupyter/papermill
    papermill galaxy.ipynb out.ipynb -p stars 500 -p label test

papermill finds this module by itself. It puts a cell with the parameters after
the cell that is tagged `parameters`. A parameter that this cell declares is
assigned to, so it keeps its type: `-p mass 2` sets a float64 to 2, and a string
for a number is an error of the compiler. Others are declared: int, float64,
bool, string, []T and map[string]T, with T any where the elements differ; null is
a nil any.
"""
import json
import math
import re
import threading

from papermill.engines import NBClientEngine
from papermill.models import Parameter
from papermill.translators import Translator, papermill_translators

# A declaration in the parameters cell that fits on a line: a name, a type, a
# value, a comment. One of type and value may be missing.
DECLARATION = re.compile(
    r"^\s*(?:var\s+)?(?!(?:var|const|type|func|if|for|switch|return|import)\b)(?P<name>[^\W\d]\w*)"
    r"(?:\s+(?P<type>[\[*\w][^=:]*?))?"
    r"(?:\s*(?::=|=(?!=))\s*(?P<value>(?:\"(?:[^\"\\]|\\.)*\"|`[^`]*`|(?!//).)*?))?"
    r"\s*(?://\s*(?P<help>.*))?$"
)


class Engine(NBClientEngine):
    """papermill's own engine, for which this module is imported."""


class GoTranslator(Translator):
    # What the notebook's parameters cell declares, with the types of lists and
    # maps: papermill looks at it first and asks for the code then.
    _known = threading.local()

    @classmethod
    def translate_none(cls, val):
        return "any(nil)"

    @classmethod
    def translate_float(cls, val):
        if math.isnan(val):
            return "math.NaN()"
        if math.isinf(val):
            return f"math.Inf({'+' if val > 0 else '-'}1)"
        return repr(val)

    @classmethod
    def translate_escaped_str(cls, str_val):
        # Of JSON's escapes only those of surrogates are not Go's, and they are
        # not needed: Go's source is UTF-8.
        return json.dumps(str(str_val), ensure_ascii=False)

    @classmethod
    def translate_list(cls, val):
        return f"[]{cls.common(val)}{{{', '.join(map(cls.element, val))}}}"

    @classmethod
    def translate_dict(cls, val):
        pairs = (f"{cls.translate_escaped_str(k)}: {cls.element(v)}" for k, v in val.items())
        return f"map[string]{cls.common(val.values())}{{{', '.join(pairs)}}}"

    @classmethod
    def literal(cls, val):
        """A value whose type is known from where it stands."""
        if isinstance(val, dict):
            return "{" + ", ".join(f"{cls.translate_escaped_str(k)}: {cls.literal(v)}" for k, v in val.items()) + "}"
        if isinstance(val, list):
            return "{" + ", ".join(map(cls.literal, val)) + "}"
        return cls.element(val)

    @classmethod
    def element(cls, val):
        return "nil" if val is None else cls.translate(val)

    @classmethod
    def type_of(cls, val):
        if isinstance(val, dict):
            return "map[string]" + cls.common(val.values())
        if isinstance(val, list):
            return "[]" + cls.common(val)
        return {bool: "bool", int: "int", float: "float64", type(None): "any"}.get(type(val), "string")

    @classmethod
    def common(cls, vals):
        """The type of all elements: whole numbers among others are float64."""
        types = {cls.type_of(v) for v in vals}
        if types == {"int", "float64"}:
            return "float64"
        return types.pop() if len(types) == 1 else "any"

    @classmethod
    def comment(cls, cmt_str):
        return f"// {cmt_str}".strip()

    @classmethod
    def codify(cls, parameters, comment="Parameters"):
        known = cls._known.__dict__.pop("types", {})
        lines = [cls.comment(comment)]
        for name, val in parameters.items():
            if name not in known:
                lines.append(f"var {name} = {cls.translate(val)}")
            elif isinstance(val, (list, dict)) and known[name]:
                lines.append(f"{name} = {known[name]}{cls.literal(val)}")
            else:
                lines.append(f"{name} = {cls.element(val)}")
        return "\n".join(lines) + "\n"

    @classmethod
    def inspect(cls, parameters_cell):
        found = []
        for line in parameters_cell["source"].splitlines():
            m = DECLARATION.match(line)
            if m is None or not (m["type"] or m["value"]):
                continue
            found.append(Parameter(m["name"], m["type"] or "None", m["value"] or "", m["help"] or ""))
        cls._known.types = {p.name: cls.composite(p) for p in found}
        return found

    @classmethod
    def composite(cls, parameter):
        """The type of a list or map, for a literal; "" if it is not plain to see."""
        kind = parameter.inferred_type_name
        if kind == "None":
            kind = parameter.default.partition("{")[0].strip()
        plain = re.fullmatch(r"(\[\]|map\[string\])+(string|bool|u?int\d*|float(32|64))", kind)
        return kind if plain else ""


papermill_translators.register("go", GoTranslator)
