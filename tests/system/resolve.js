// Where WHATWG's URL of this Node leads: reads lines of JSON, [base, reference], and writes one for
// each, the URL or null.  Judges httpstatus.resolve() in tests/python/test_resolve.py.
const lines = require("fs").readFileSync(0, "utf8").split("\n").filter(Boolean);

function resolve([base, reference]) {
    try {
        return new URL(reference, base).href;
    } catch {
        return null;
    }
}

console.log(lines.map(line => JSON.stringify(resolve(JSON.parse(line)))).join("\n"));
