// Where Go's net/url leads: reads lines of JSON, [base, reference], and writes one for each, the URL
// or null.  Judges httpstatus.resolve() in tests/python/test_resolve.py.
package main

import (
	"bufio"
	"encoding/json"
	"net/url"
	"os"
)

func resolve(base, reference string) *string {
	from, err := url.Parse(base)
	if err != nil {
		return nil
	}
	to, err := from.Parse(reference)
	if err != nil {
		return nil
	}
	text := to.String()
	return &text
}

func main() {
	pairs := json.NewDecoder(bufio.NewReader(os.Stdin))
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	answers := json.NewEncoder(out)
	var pair [2]string
	for pairs.Decode(&pair) == nil {
		answers.Encode(resolve(pair[0], pair[1]))
	}
}
