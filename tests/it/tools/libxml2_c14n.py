"""Canonicalises with libxml2. One JSON object a line in, base64 (or `-` where it fails) a line out.

{"document": str, "apex": n or null, "without": n or null, "mode": 0|1|2, "comments": bool, "prefixes": [str]}
`apex` and `without` count the elements in document order, from 1.
"""
import base64, ctypes, ctypes.util, json, sys

name = ctypes.util.find_library("xml2") or "libxml2.so.2"
try:
    lib = ctypes.CDLL(name)
except OSError:
    sys.exit("libxml2 is not installed")
pointer, text = ctypes.c_void_p, ctypes.c_char_p
for function, result, arguments in [
    ("xmlReadMemory", pointer, [text, ctypes.c_int, text, text, ctypes.c_int]),
    ("xmlXPathNewContext", pointer, [pointer]),
    ("xmlXPathEvalExpression", pointer, [text, pointer]),
    ("xmlXPathFreeObject", None, [pointer]),
    ("xmlXPathFreeContext", None, [pointer]),
    ("xmlFreeDoc", None, [pointer]),
    ("xmlSetGenericErrorFunc", None, [pointer, pointer]),
    ("xmlC14NDocDumpMemory", ctypes.c_int,
     [pointer, pointer, ctypes.c_int, pointer, ctypes.c_int, ctypes.POINTER(pointer)]),
]:
    f = getattr(lib, function)
    f.restype, f.argtypes = result, arguments
free = ctypes.CFUNCTYPE(None, pointer)(pointer.in_dll(lib, "xmlFree").value)
NO_NETWORK_NO_MESSAGES = 2048 | 32 | 64


class XPathObject(ctypes.Structure):
    _fields_ = [("type", ctypes.c_int), ("nodeset", pointer)]


def inside(n):
    return f"count(ancestor-or-self::*|(//*)[{n}])=count(ancestor-or-self::*)"


def canonical(job):
    source = job["document"].encode()
    document = lib.xmlReadMemory(source, len(source), b"urn:none", None, NO_NETWORK_NO_MESSAGES)
    if not document:
        return None
    context = lib.xmlXPathNewContext(document)
    conditions = [inside(job["apex"])] if job["apex"] else []
    if job["without"]:
        conditions.append(f"not({inside(job['without'])})")
    selected, nodes = None, None
    if conditions:
        expression = f"(//.|//@*|//namespace::*)[{' and '.join(conditions)}]"
        selected = lib.xmlXPathEvalExpression(expression.encode(), context)
        nodes = ctypes.cast(selected, ctypes.POINTER(XPathObject)).contents.nodeset
    prefixes = (text * (len(job["prefixes"]) + 1))(*[p.encode() for p in job["prefixes"]], None)
    out = pointer()
    length = lib.xmlC14NDocDumpMemory(
        document, nodes, job["mode"], ctypes.cast(prefixes, pointer) if job["prefixes"] else None,
        1 if job["comments"] else 0, ctypes.byref(out))
    result = ctypes.string_at(out.value, length) if length >= 0 and out.value else b"" if length == 0 else None
    if out.value:
        free(out.value)
    if selected:
        lib.xmlXPathFreeObject(selected)
    lib.xmlXPathFreeContext(context)
    lib.xmlFreeDoc(document)
    return result


quiet = ctypes.CFUNCTYPE(None, pointer, text)(lambda *_: None)
lib.xmlSetGenericErrorFunc(None, ctypes.cast(quiet, pointer))
for line in sys.stdin:
    result = canonical(json.loads(line))
    print("-" if result is None else base64.b64encode(result).decode())
