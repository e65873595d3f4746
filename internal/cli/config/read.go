// SPDX-License-Identifier: Apache-2.0

package config

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/otel-okta/okta-systemlog-receiver/internal/okta/wire"
)

// maxFile bounds the file, in bytes: an org takes one or two hundred.
const maxFile = 16 << 20

// byteOrderMark is what Windows puts before UTF-8 text.
const byteOrderMark = "\ufeff"

// Columns of the file, which are named like the settings that they become.
const (
	columnName           = "name"
	columnOrg            = "org_url"
	columnToken          = "api_token_file"
	columnClient         = "client_id"
	columnKey            = "private_key_file"
	columnKeyID          = "key_id"
	columnSecret         = "client_secret_file"
	columnWorkspace      = "workspace"
	columnEndpoint       = "endpoint"
	columnEndpointSecret = "endpoint_token_file"
)

var columns = []string{columnName, columnOrg, columnToken, columnClient, columnKey, columnKeyID, columnSecret, columnWorkspace, columnEndpoint, columnEndpointSecret}

// ofFile is the column for the file of a secret, by the names that a column for the secret itself may have.
var ofFile = map[string]string{
	"api_token": columnToken, "token": columnToken, "private_key": columnKey, "client_secret": columnSecret, "secret": columnSecret,
	"endpoint_token": columnEndpointSecret, "headers": columnEndpointSecret,
}

// row is a line of the file.
type row struct {
	line  int
	cells map[string]string
}

// readFile reads the file of orgs.
func readFile(path string) ([]byte, error) {
	file, err := os.Open(path) //nolint:gosec // the operator names the file
	if err != nil {
		return nil, fmt.Errorf("read the orgs: %w", err)
	}
	defer file.Close() //nolint:errcheck // opened for reading
	raw, err := io.ReadAll(io.LimitReader(file, maxFile+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("read the orgs: %w", err)
	case len(raw) > maxFile:
		return nil, fmt.Errorf("%s is larger than %d MiB, which no file of orgs is: name another one with --orgs", path, maxFile>>20)
	}
	return raw, nil
}

// parse takes the file apart. Lines without a value are left out. What is wrong with the form of a line goes to the
// faults; the other lines are read all the same.
func parse(raw []byte, wrong *faults) []row {
	text, ok := normalised(raw, wrong)
	if !ok {
		return nil
	}
	reader := csv.NewReader(strings.NewReader(text))
	reader.Comma, reader.FieldsPerRecord = separator(text), -1
	var header []string
	var rows []row
	for {
		fields, err := reader.Read()
		switch {
		case errors.Is(err, io.EOF):
			if header == nil {
				wrong.add(0, "there is nothing in it: write a line with the names of the columns, such as name,org_url,api_token_file, and one for each org below it")
			} else if len(rows) == 0 && len(*wrong) == 0 {
				wrong.add(0, "has no org in it: write a line for each org below the names of the columns")
			}
			return rows
		case err != nil:
			wrong.malformed(err)
			header = orElse(header)
		case header == nil:
			line, _ := reader.FieldPos(0)
			header = readHeader(fields, line, wrong)
		default:
			line, _ := reader.FieldPos(0)
			if cells, ok := readCells(header, fields, line, wrong); ok {
				rows = append(rows, row{line, cells})
			}
		}
	}
}

// orElse is the header, or an empty one where it could not be read, which is a fault already.
func orElse(header []string) []string {
	if header == nil {
		return []string{}
	}
	return header
}

// normalised is the text of the file with the ends of lines that Unix has, and without a byte order mark.
func normalised(raw []byte, wrong *faults) (string, bool) {
	text := strings.TrimPrefix(string(raw), byteOrderMark)
	if !utf8.ValidString(text) || strings.ContainsRune(text, 0) {
		line := 0
		if at := strings.IndexRune(text, utf8.RuneError); at >= 0 && bytes.IndexByte(raw, 0) < 0 {
			line = 1 + strings.Count(text[:at], "\n")
		}
		wrong.add(line, "is not UTF-8: save it as CSV UTF-8")
		return "", false
	}
	return strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\r", "\n"), true
}

// separator is what stands between the columns of the first line: a comma, or what Excel has in its place where the
// comma is the sign of decimals, or a tab.
func separator(text string) rune {
	first, _, _ := strings.Cut(strings.TrimLeft(text, "\n"), "\n")
	if at := strings.IndexAny(first, ",;\t"); at >= 0 {
		return rune(first[at])
	}
	return ','
}

func (f *faults) malformed(err error) {
	var at *csv.ParseError
	switch {
	case !errors.As(err, &at):
		f.add(0, "can't be read: %s", err)
	case errors.Is(at.Err, csv.ErrBareQuote):
		f.add(at.Line, "a quotation mark stands within a value that does not begin with one: put the whole value in quotation marks and write the one in it twice, or leave it out")
	case at.Line != at.StartLine:
		f.add(at.StartLine, "the quotation mark that a value begins with has no other at the end of it up to line %d: write that one, or leave the first out", at.Line)
	default:
		f.add(at.Line, "a quotation mark is not followed by the end of its value: write it twice where it is part of the value, or leave it out")
	}
}

// readHeader is the names of the columns; "" stands for one that is a fault.
func readHeader(fields []string, line int, wrong *faults) []string {
	header := make([]string, len(fields))
	for i, field := range fields {
		header[i] = strings.ToLower(strings.TrimSpace(field))
	}
	if !slices.ContainsFunc(header, isColumn) {
		wrong.add(line, "does not name the columns: write a line before it, such as name,org_url,api_token_file")
		return []string{}
	}
	hasCredential := slices.Contains(header, columnToken) || slices.Contains(header, columnClient)
	for i, name := range header {
		file, isSecret := ofFile[name]
		hasCredential = hasCredential || isSecret // one that is in the wrong place
		switch {
		case isSecret:
			wrong.add(line, "the column %s holds secrets: write each into a file that only the collector's user can read, and the paths of these files into a column %s", name, file)
		case name == "" && i == len(header)-1, isColumn(name) && !slices.Contains(header[:i], name):
			continue
		case isColumn(name):
			wrong.add(line, "the column %s is there twice: remove one", name)
		default:
			wrong.add(line, "there is no column %s: use %s, and remove others", wire.Quote(name), strings.Join(columns, ", "))
		}
		header[i] = ""
	}
	for _, name := range []string{columnName, columnOrg} {
		if !slices.Contains(header, name) {
			wrong.add(line, "the column %s is missing: add it", name)
		}
	}
	if !hasCredential {
		wrong.add(line, "the column of a credential is missing: add %s, or %s and %s", columnToken, columnClient, columnKey)
	}
	return header
}

func isColumn(name string) bool { return slices.Contains(columns, name) }

// readCells is what a line has in each column, without white space around it. ok is false where there is no org in it,
// or none that can be read.
func readCells(header, fields []string, line int, wrong *faults) (cells map[string]string, ok bool) {
	cells = map[string]string{}
	for i, field := range fields {
		fields[i] = strings.TrimSpace(field)
		if i < len(header) && header[i] != "" {
			cells[header[i]] = fields[i]
		}
	}
	behind := min(len(header), len(fields))
	switch {
	case !slices.ContainsFunc(fields, isFilled) || len(header) == 0:
		return nil, false
	case len(fields) < len(header), slices.ContainsFunc(fields[behind:], isFilled):
		wrong.add(line, "has %d values, and the first line names %d columns: write one for each column, and put what has a separator in it in quotation marks", len(fields), len(header))
		return nil, false
	}
	return cells, true
}

func isFilled(field string) bool { return field != "" }
