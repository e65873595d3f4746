// SPDX-License-Identifier: Apache-2.0

package tail

import (
	"compress/gzip"
	"errors"
	"io"
	"mime"
	"net/http"

	"go.opentelemetry.io/collector/pdata/plog/plogotlp"
)

// logsPath is where OTLP over HTTP has log records.
const logsPath = "/v1/logs"

var errTooLarge = errors.New("the request is larger than 16 MiB")

// handler takes exports over HTTP. Only the content types of OTLP are taken, which a page in a browser can't send to
// another origin without asking first.
type handler struct{ printer *printer }

func (h handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path != logsPath {
		http.Error(w, "log records go to "+logsPath, http.StatusNotFound)
		return
	}
	if r.Method != http.MethodPost {
		w.Header().Set("Allow", http.MethodPost)
		http.Error(w, "log records come with POST", http.StatusMethodNotAllowed)
		return
	}
	kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")) // what it is not, it is refused for
	if kind != "application/x-protobuf" && kind != "application/json" {
		http.Error(w, "the content type must be application/x-protobuf or application/json", http.StatusUnsupportedMediaType)
		return
	}
	body, status, err := read(w, r)
	if err != nil {
		http.Error(w, err.Error(), status)
		return
	}
	request := plogotlp.NewExportRequest()
	unmarshal, marshal := request.UnmarshalProto, plogotlp.NewExportResponse().MarshalProto
	if kind == "application/json" {
		unmarshal, marshal = request.UnmarshalJSON, plogotlp.NewExportResponse().MarshalJSON
	}
	if err := unmarshal(body); err != nil {
		http.Error(w, "the request is no export of log records", http.StatusBadRequest)
		return
	}
	if err := h.printer.print(request.Logs()); err != nil {
		http.Error(w, "nobody reads the records", http.StatusServiceUnavailable)
		return
	}
	answer, _ := marshal() // an empty message
	w.Header().Set("Content-Type", kind)
	_, _ = w.Write(answer) // a client that has gone sends the records again
}

// read returns the body, unpacked, or the status that says why not.
func read(w http.ResponseWriter, r *http.Request) (body []byte, status int, err error) {
	var from io.Reader = http.MaxBytesReader(w, r.Body, maxMessage)
	switch r.Header.Get("Content-Encoding") {
	case "", "identity":
	case "gzip":
		unpacked, err := gzip.NewReader(from)
		if err != nil {
			return nil, http.StatusBadRequest, errors.New("the body is no gzip")
		}
		from = io.LimitReader(unpacked, maxMessage+1)
	default:
		return nil, http.StatusUnsupportedMediaType, errors.New("the content encoding must be gzip or none")
	}
	body, err = io.ReadAll(from)
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge), len(body) > maxMessage:
		return nil, http.StatusRequestEntityTooLarge, errTooLarge
	case err != nil:
		return nil, http.StatusBadRequest, errors.New("the body breaks off")
	}
	return body, http.StatusOK, nil
}
