"""httpstatus redirect 302 POST: what the next request looks like."""
from .. import explain_redirect, redirect, redirect_clients, redirect_headers
from . import FOUND, NOTHING, complain
from .lookup import plain
from .parser import POLICIES
from .show import printer, write_json

ALIASES = ("browser",)
NOWHERE = ("no-location", "invalid-location", "several-locations", "unsupported-scheme")


def body(keeps):
    return {True: "kept", False: "dropped", None: "-"}[keeps]


def listing(names):
    return ", ".join(names) or "-"


def next_method(record):
    return {
        "required": f"must become {record.method}",
        "optional": f"{record.method}; keeping it also conforms",
        "forbidden": f"must stay {record.method}",
        None: f"- ({record.reason})",
    }[record.method_change]


def next_url(record):
    if not record.url:
        return f"- ({record.reason})"
    notes = ["another origin"] * record.cross_origin + ["https became http"] * record.downgraded
    return record.url + (f" ({', '.join(notes)})" if notes else "")


def describe(out, options, record):
    code, method, policy = options.code, options.method, options.policy
    reasons = redirect_headers(policy)
    always = [name for name, reason in reasons.items() if reason in ("hop", "recomputed")]
    out.line(f"{code} {method} by {policy}: {record.method or record.reason}")
    out.line()
    if record.reason not in NOWHERE:
        out.paragraph(explain_redirect(code, method, policy, **request(options)))
        out.line()
    out.fields([
        ("action", record.action),
        ("next method", next_method(record)),
        *([("next URL", next_url(record))] if options.url else []),
        ("body", body(record.keeps_body)),
        ("headers dropped with the body", listing(record.drops_headers)),
        ("... with the origin", listing(record.drops_cross_origin)),
        ("... always", listing(always if record.method else [])),
        ("kind", record.kind or "-"),
        ("cacheable", "yes" if record.cacheable else "no"),
        ("redirects in a row", str(record.limit or "no limit")),
        ("reference", record.reference),
    ])


def row(policy, record):
    return None, [policy, record.action, record.method or "-", record.method_change or "-",
                  body(record.keeps_body), listing(record.drops_cross_origin),
                  str(record.limit or "-"), record.reference]


def compare(out, records):
    out.table(["policy", "action", "method", "change", "body", "dropped for another origin", ">limit",
               "reference"], [row(*item) for item in records.items()])
    by_names = {}
    for policy, record in records.items():
        by_names.setdefault(record.drops_headers, []).append(policy)
    for names, policies in by_names.items():
        if names:
            out.line()
            out.line(f"dropped with the body by {', '.join(policies)}:")
            out.paragraph(", ".join(names))


def clients(options):
    found = redirect_clients(options.code, options.method)
    if options.json:
        write_json([plain(client) for client in found])
    elif found:
        out = printer(options.color)
        out.table(["client", "version", "followed", "method", "body", ">limit"], [
            (None, [client.name, client.version, "yes" if client.followed else "no",
                    client.method or "-", body(client.keeps_body), str(client.limit or "-")])
            for client in found])
        out.flush()
    if not found:
        complain(f"no measurement of {options.code} after {options.method}")
    return FOUND if found else NOTHING


def request(options):
    return {"body": options.body, "replayable": options.replayable}


def places(options):
    if options.url is None:
        if options.location:
            raise ValueError("--location needs the URL of the request, after METHOD")
        return {}
    return {"url": options.url, "location": options.location}


def run(options):
    if options.clients:
        return clients(options)
    policies = [name for name in POLICIES if name not in ALIASES] if options.all else [options.policy]
    records = {policy: redirect(options.code, options.method, policy, **request(options),
                                 **places(options)) for policy in policies}
    if options.json:
        write_json([{"policy": policy, **plain(record)} for policy, record in records.items()])
        return FOUND
    out = printer(options.color)
    if options.all:
        compare(out, records)
    else:
        describe(out, options, records[options.policy])
    out.flush()
    return FOUND
