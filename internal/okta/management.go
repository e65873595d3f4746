// SPDX-License-Identifier: Apache-2.0

package okta

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"

	"github.com/otel-okta/okta-systemlog-receiver/internal/jsontape"
	"github.com/otel-okta/okta-systemlog-receiver/internal/okta/oktaerr"
	"github.com/otel-okta/okta-systemlog-receiver/internal/okta/wire"
)

// Call sends a request to one of Okta's management APIs. Of at only path and query are used. body is sent as JSON
// unless it is nil, and the answer is decoded into answer unless that is nil. It returns the answer's headers. Every
// error wraps an [*oktaerr.Error], which holds the causes that Okta names beside the summary, except that of a
// context that ended.
func (c *Client) Call(ctx context.Context, method string, at *url.URL, body, answer any) (http.Header, error) {
	var sent []byte
	if body != nil {
		var err error
		if sent, err = json.Marshal(body); err != nil {
			return nil, fmt.Errorf("write the request: %w", err)
		}
	}
	resp, err := c.Send(ctx, method, at, sent)
	if err != nil {
		return nil, err
	}
	defer func() { _ = resp.Body.Close() }()
	answered := c.clock.Observe(resp.Header)
	text, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswerBytes+1))
	if resp.StatusCode/100 != 2 {
		refused := oktaerr.FromAnswer(resp, text, wire.RateLimitFrom(resp.Header, answered))
		addCauses(refused, text)
		return nil, refused
	}
	if err == nil && len(text) > maxAnswerBytes {
		err = fmt.Errorf("it is larger than %d MiB", maxAnswerBytes>>20)
	}
	switch {
	case err != nil:
	case isError(text):
		err = errors.New("it is an error")
	case answer != nil:
		err = json.Unmarshal(text, answer)
	case len(text) > 0 && !json.Valid(text):
		// Okta's answer to a change is empty or JSON. A sign-in page with status 200 has changed nothing.
		err = errors.New("it is not JSON")
	}
	if err != nil {
		return nil, oktaerr.Unusable(resp, text, "[{", fmt.Errorf("read the answer: %w", oktaerr.WithoutURL(err)))
	}
	return resp.Header, nil
}

// Bounds are what a list may hold, whoever sends it.
type Bounds struct {
	// Elements and Pages are how many of each there may be.
	Elements, Pages int
	// Bytes is the size of all pages together.
	Bytes int
}

// List asks a management API for a list, page by page, and hands each element to take. Its errors are as those of
// [Client.Call].
func (c *Client) List(ctx context.Context, at *url.URL, bounds Bounds, take func(element json.RawMessage) error) error {
	left := bounds
	for list := at.Path; ; {
		var page json.RawMessage
		header, err := c.Call(ctx, http.MethodGet, at, nil, &page)
		if err != nil {
			return err
		}
		if left.Bytes -= len(page); left.Bytes < 0 {
			return Unusable("the list is larger than %d MiB", bounds.Bytes>>20)
		}
		elements, err := jsontape.Split(page, left.Elements)
		if err != nil {
			err = fmt.Errorf("the answer is no list of at most %d elements: %w", bounds.Elements, err)
			return oktaerr.Unusable(&http.Response{StatusCode: http.StatusOK, Header: header}, page, "[", err)
		}
		left.Elements -= len(elements)
		for _, element := range elements {
			if err := take(element); err != nil {
				return Unusable("an element of the list is not what it should be: %w", err)
			}
		}
		link, more := wire.Link(header, "next")
		if !more {
			return nil
		}
		if left.Pages--; left.Pages == 0 {
			return Unusable("the list has more than %d pages", bounds.Pages)
		}
		if at, err = nextPage(link, list); err != nil {
			return err
		}
	}
}

// nextPage is where a list continues: in this org and nowhere else, whatever host the link names, since the credential
// goes with the request.
func nextPage(link, list string) (*url.URL, error) {
	target, err := wire.ParseTarget(link)
	if err != nil || target.Path != list {
		return nil, &oktaerr.Error{Kind: oktaerr.Misdirected, Cause: oktaerr.CauseNextLink, Err: errors.New("the next link leads out of the list")}
	}
	return &url.URL{Path: target.Path, RawQuery: target.Query}, nil
}

// Path is the address of what is below the path of an API. Each part is escaped, so that no id leads elsewhere.
func Path(api string, parts ...string) *url.URL {
	plain, escaped := api, api
	for _, part := range parts {
		plain += "/" + part
		escaped += "/" + url.PathEscape(part)
	}
	return &url.URL{Path: plain, RawPath: escaped}
}

// Unusable is the error of an answer that says 200 and is not what was asked for.
func Unusable(format string, args ...any) *oktaerr.Error {
	return &oktaerr.Error{Kind: oktaerr.Unavailable, Status: http.StatusOK, Err: fmt.Errorf(format, args...)}
}

// isError reports whether a body is Okta's error object, whatever the status beside it.
func isError(body []byte) bool {
	var said struct {
		Code    string `json:"errorCode"`
		Summary string `json:"errorSummary"`
	}
	return bytes.HasPrefix(bytes.TrimSpace(body), []byte("{")) && json.Unmarshal(body, &said) == nil && said.Code != "" && said.Summary != ""
}

// addCauses adds Okta's errorCauses to the summary of an error. With the summary "Api validation failed" they are all
// that tells what is wrong.
func addCauses(e *oktaerr.Error, body []byte) {
	var said struct {
		ErrorCauses []struct {
			ErrorSummary string `json:"errorSummary"`
		} `json:"errorCauses"`
	}
	if json.Unmarshal(body, &said) != nil {
		return
	}
	for _, cause := range said.ErrorCauses {
		if text := wire.Printable(cause.ErrorSummary, 500); text != "" && !strings.Contains(e.Summary, text) {
			e.Summary = wire.Printable(e.Summary+"; "+text, 1000)
		}
	}
}
