// Sends the requests of standard input by a client with its retries on.
// Usage: go-clients retryablehttp|resty2|resty3 < "METHOD URL" lines
package main

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"strings"
	"sync"

	resty2 "github.com/go-resty/resty/v2"
	"github.com/hashicorp/go-retryablehttp"
	resty3 "resty.dev/v3"
)

func body(method string) string {
	if strings.Contains("DELETE FROB PATCH POST PUT QUERY", method) {
		return "a=1"
	}
	return ""
}

func retryable() func(method, url string) error {
	client := retryablehttp.NewClient()
	client.Logger = nil
	return func(method, url string) error {
		var content any
		if text := body(method); text != "" {
			content = []byte(text)
		}
		request, err := retryablehttp.NewRequest(method, url, content)
		if err != nil {
			return err
		}
		response, err := client.Do(request)
		if err == nil {
			io.Copy(io.Discard, response.Body)
			response.Body.Close()
		}
		return err
	}
}

func second() func(method, url string) error {
	client := resty2.New().SetRetryCount(3)
	return func(method, url string) error {
		request := client.R()
		if text := body(method); text != "" {
			request.SetBody(text)
		}
		_, err := request.Execute(method, url)
		return err
	}
}

func third() func(method, url string) error {
	client := resty3.New().SetRetryCount(3).AddRetryConditions(
		resty3.RetryConditionStatusTooManyRequests, resty3.RetryConditionStatus5XX)
	return func(method, url string) error {
		request := client.R()
		if text := body(method); text != "" {
			request.SetBody(text)
		}
		_, err := request.Execute(method, url)
		return err
	}
}

func main() {
	clients := map[string]func() func(method, url string) error{
		"retryablehttp": retryable, "resty2": second, "resty3": third,
	}
	send := clients[os.Args[1]]()
	var running sync.WaitGroup
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		words := strings.Fields(lines.Text())
		running.Add(1)
		go func() {
			defer running.Done()
			err := send(words[0], words[1])
			fmt.Println("done", words[1], err)
		}()
	}
	running.Wait()
}
