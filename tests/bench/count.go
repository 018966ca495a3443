// Counts the status codes of a log the way a Go programmer would: the three digits after the first
// closing quote, taking backslashes into account.
package main

import (
	"bufio"
	"bytes"
	"fmt"
	"os"
)

// closing returns the index of the quote that ends the text, or -1.
func closing(text []byte) int {
	for at := 0; ; {
		i := bytes.IndexByte(text[at:], '"')
		if i < 0 {
			return -1
		}
		at += i
		backslashes := 0
		for at > backslashes && text[at-1-backslashes] == '\\' {
			backslashes++
		}
		if backslashes%2 == 0 {
			return at
		}
		at++
	}
}

func status(line []byte) int {
	open := bytes.IndexByte(line, '"')
	if open < 0 {
		return -1
	}
	rest := line[open+1:]
	end := closing(rest)
	if end < 0 || len(rest) < end+5 {
		return -1
	}
	code := 0
	for _, c := range rest[end+2 : end+5] {
		if c < '0' || c > '9' {
			return -1
		}
		code = code*10 + int(c-'0')
	}
	return code
}

func main() {
	file, err := os.Open(os.Args[1])
	if err != nil {
		panic(err)
	}
	var counts [1000]int
	reader := bufio.NewReaderSize(file, 1<<18)
	for {
		line, err := reader.ReadSlice('\n')
		if code := status(line); code >= 0 {
			counts[code]++
		}
		if err != nil && err != bufio.ErrBufferFull {
			break
		}
	}
	for code, n := range counts {
		if n > 0 {
			fmt.Println(code, n)
		}
	}
}
