"""Queries that ask another endpoint, in every spelling that some parser reads so."""

BODY = "{ ?s ?p ?o }"

# each asks another endpoint, in a spelling that some parser reads so; @U is its address
CALLS = {
    "plain": f"SELECT * {{ SERVICE <@U> {BODY} }}",
    "lower case": f"SELECT * {{ service <@U> {BODY} }}",
    "mixed case": f"SELECT * {{ SeRvIcE <@U> {BODY} }}",
    "silent": f"SELECT * {{ SERVICE SILENT <@U> {BODY} }}",
    "variable": f"SELECT * {{ VALUES ?x {{ <@U> }} SERVICE ?x {BODY} }}",
    "variable, no space": f"SELECT * {{ VALUES ?x {{ <@U> }} SERVICE?x{BODY} }}",
    "no space": f"SELECT*{{SERVICE<@U>{BODY}}}",
    "comment between": f"SELECT * {{ SERVICE # <http://harmless/>\n <@U> {BODY} }}",
    "after a comment ended by CR": f"SELECT * {{ # harmless\rSERVICE <@U> {BODY} }}",
    "prefixed": f"PREFIX ex: <@U> SELECT * {{ SERVICE ex: {BODY} }}",
    "glued to a prefix": f"PREFIX : <@U> SELECT * {{ SERVICE:a {BODY} }}",
    "glued to a declared prefix": (
        f"PREFIX : <@U> PREFIX SERVICE: <http://x/> SELECT * {{ SERVICE:a {BODY} }}"
    ),
    "glued to a name": f"PREFIX ex: <@U> SELECT * {{ SERVICEex:a {BODY} }}",
    "silent glued to a name": f"PREFIX ex: <@U> SELECT * {{ SERVICESILENTex:a {BODY} }}",
    "silent behind the glued name": f"PREFIX : <@U> SELECT * {{ SERVICE: SILENT :a {BODY} }}",
    "glued to true": f"SELECT * {{ ?s ?p trueSERVICE<@U>{BODY} }}",
    "glued to a number": f"SELECT * {{ ?s ?p 1SERVICE <@U> {BODY} }}",
    "behind a number's point": f"SELECT * {{ ?s ?p 1.SERVICE <@U> {BODY} }}",
    "behind a name's points": f"SELECT * {{ ?s ?p ex:a.b.SERVICE<@U>{BODY} }}",
    "behind a blank node's points": f"SELECT * {{ ?s ?p _:a.b.SERVICE<@U>{BODY} }}",
    "in EXISTS": f"ASK {{ FILTER EXISTS {{ SERVICE <@U> {BODY} }} }}",
    "in a subquery": f"SELECT * {{ {{ SELECT * {{ SERVICE <@U> {BODY} }} }} }}",
    "in OPTIONAL": f"SELECT * {{ OPTIONAL {{ SERVICE <@U> {BODY} }} }}",
    "in CONSTRUCT": f"CONSTRUCT {BODY} WHERE {{ SERVICE <@U> {BODY} }}",
    "in DESCRIBE": f"DESCRIBE ?s WHERE {{ SERVICE <@U> {BODY} }}",
    "hidden by less-than and comment": (
        'SELECT * { { ?a ?p ?b FILTER(?a<#x> """\n?b) }'
        f' UNION {{ SERVICE <@U> {BODY} }} #"""\n}}'
    ),
    "hidden by less-than and quote": (
        f"SELECT * {{ {{ ?a ?p ?b FILTER(?a<'x>'||'y'='z') }} UNION {{SERVICE <@U> {BODY}}} #'\n}}"
    ),
    "hidden by a comment in an escaped IRI": (
        f"SELECT * {{ {{ ?a <http://e/\\u0070#x> ?b }} UNION {{ SERVICE <@U> {BODY} }} }}"
    ),
    "hidden by two less-than": (
        f"SELECT * {{ {{ ?a ?p ?b FILTER(?a<<http://e#x>) }} UNION {{ SERVICE <@U> {BODY} }} }}"
    ),
    "hidden by a quoted triple": (
        'SELECT * { { <<ex:a#x> """\n ex:p ex:o>> ?p ?o }'
        f' UNION {{ SERVICE <@U> {BODY} }} #"""\n}}'
    ),
}

#: Where a call may be led: ways to write an address of this machine or of its network.
ADDRESSES = (
    "http://127.0.0.1:@P/",
    "http://localhost:@P/",
    "http://LOCALHOST:@P/",
    "http://localhost.:@P/",
    "http://127.1:@P/",
    "http://127.0.1:@P/",
    "http://127.0.0.1.:@P/",
    "http://0.0.0.0:@P/",
    "http://0:@P/",
    "http://2130706433:@P/",
    "http://0x7f000001:@P/",
    "http://0x7f.0.0.1:@P/",
    "http://0177.0.0.1:@P/",
    "http://017700000001:@P/",
    "http://127.000.000.001:@P/",
    "http://127.127.127.127:@P/",
    "http://[::1]:@P/",
    "http://[::]:@P/",
    "http://[0:0:0:0:0:0:0:1]:@P/",
    "http://[::ffff:127.0.0.1]:@P/",
    "http://[::ffff:7f00:1]:@P/",
    "http://[::127.0.0.1]:@P/",
    "http://user@127.0.0.1:@P/",
    "http://user:word@127.0.0.1:@P/",
    "http://example.org@127.0.0.1:@P/",
    "http://127.0.0.1:@P/#@example.org/",
    "http://127.0.0.1:@P?@example.org/",
    "http://127.0.0.1:@P/sparql?query=ASK%7B%7D",
    "http://127.0.0.1.nip.io:@P/",
    "http://%31%32%37.0.0.1:@P/",
    "http://127%2E0%2E0%2E1:@P/",
    "http://\\u0031\\u0032\\u0037.0.0.1:@P/",
    "HTTP://127.0.0.1:@P/",
    "https://127.0.0.1:@P/",
    "//127.0.0.1:@P/",
    "http:127.0.0.1:@P/",
    "ftp://127.0.0.1:@P/",
    "gopher://127.0.0.1:@P/",
    "http://169.254.169.254/latest/meta-data/",
    "file:///etc/passwd",
    "data:text/turtle,",
)
