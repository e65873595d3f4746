// SPDX-License-Identifier: Apache-2.0

package config

import (
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otel-okta/okta-systemlog-receiver/internal/cli/exit"
)

const (
	header = "name,org_url,api_token_file\n"
	wide   = "name,org_url,api_token_file,client_id,private_key_file,key_id,client_secret_file,workspace,endpoint,endpoint_token_file\n"
)

func inUTF16(text string) string {
	var all strings.Builder
	all.WriteString("\xff\xfe")
	for _, unit := range utf16.Encode([]rune(text)) {
		all.WriteByte(byte(unit))
		all.WriteByte(byte(unit >> 8))
	}
	return all.String()
}

func TestFaultsOfTheFile(t *testing.T) {
	for name, c := range map[string]struct {
		csv  string
		says []string
	}{
		"nothing":         {"", []string{"there is nothing in it: write a line with the names of the columns, such as name,org_url,api_token_file, and one for each org below it"}},
		"a mark only":     {"\ufeff\r\n\r\n", []string{"there is nothing in it: write a line"}},
		"no org":          {header + ",,\n\n", []string{"has no org in it: write a line for each org below the names of the columns"}},
		"UTF-16":          {inUTF16(header), []string{"is not UTF-8: save it as CSV UTF-8"}},
		"Latin-1":         {header + "acme,https://acme.okta.com,/m\xfcnchen\n", []string{"line 2: is not UTF-8: save it as CSV UTF-8"}},
		"no header":       {"acme,https://acme.okta.com,/acme\n", []string{"line 1: does not name the columns: write a line before it, such as name,org_url,api_token_file"}},
		"another column":  {"name,org_url,api_token_file,contact\na,a.okta.com,/a,x\n", []string{`line 1: there is no column "contact": use name, org_url, api_token_file, client_id, private_key_file, key_id, client_secret_file, workspace, endpoint, endpoint_token_file, and remove others`}},
		"missing columns": {"workspace,endpoint\n", []string{"line 1: the column name is missing: add it", "line 1: the column org_url is missing: add it", "line 1: the column of a credential is missing: add api_token_file, or client_id and private_key_file"}},
		"column twice":    {"name,org_url,api_token_file,Name\na,a.okta.com,/a,b\n", []string{"line 1: the column name is there twice: remove one"}},
		"no name of one":  {"name,,org_url,api_token_file\na,x,a.okta.com,/a\n", []string{`line 1: there is no column "": use name,`}},
		"too few values":  {header + "a,a.okta.com\n", []string{"line 2: has 2 values, and the first line names 3 columns: write one for each column, and put what has a separator in it in quotation marks"}},
		"too many values": {header + "a,a.okta.com,/a,b\n", []string{"line 2: has 4 values, and the first line names 3 columns"}},
		"other separator": {header + "a;a.okta.com;/a\n", []string{"line 2: has 1 values, and the first line names 3 columns"}},
		"quote inside":    {header + "a,a.okta.com,/a\"b\n", []string{"line 2: a quotation mark stands within a value that does not begin with one: put the whole value in quotation marks and write the one in it twice, or leave it out"}},
		"quote not ended": {header + "a,a.okta.com,\"/a\nb,b.okta.com,/b\n", []string{"line 2: the quotation mark that a value begins with has no other at the end of it up to line 3: write that one, or leave the first out"}},
		"behind a quote":  {header + "a,a.okta.com,\"/a\"b\n", []string{"line 2: a quotation mark is not followed by the end of its value: write it twice where it is part of the value, or leave it out"}},
		"broken header":   {"na\"me,org_url\na,a.okta.com\n", []string{"line 1: a quotation mark stands within a value"}},
	} {
		t.Run(name, func(t *testing.T) { requireFaults(t, run(t, c.csv, farAway...), c.says) })
	}
}

// requireFaults requires that a command has failed with a line for each of some faults, which begins as said.
func requireFaults(t *testing.T, ended ended, says []string) {
	t.Helper()
	require.Equal(t, exit.Failed, ended.status, ended.complained)
	assert.Empty(t, ended.said, "half a configuration is none")
	lines := ended.lines()
	require.Len(t, lines, len(says), ended.complained)
	for i := range says {
		assert.True(t, strings.HasPrefix(lines[i], says[i]), "%q\n%q", lines[i], says[i])
	}
}

func TestFaultsOfLines(t *testing.T) {
	for name, c := range map[string]struct {
		line string
		says string
	}{
		"no name":               {",a.okta.com,/a,,,,,,,", "name is empty: write what the org is called, such as acme"},
		"a name with a space":   {"Acme Corp.,a.okta.com,/a,,,,,,,", `name "Acme Corp." is no part of a component's id: use letters of ASCII, digits, points, hyphens and low lines, such as Acme-Corp`},
		"a name with a slash":   {"a/b,a.okta.com,/a,,,,,,,", `name "a/b" is no part of a component's id`},
		"a name with colons":    {"a::b,a.okta.com,/a,,,,,,,", `name "a::b" is no part of a component's id`},
		"a name without any":    {"株式会社,a.okta.com,/a,,,,,,,", "name is no part of a component's id: use 1 to 100 letters of ASCII, digits, points, hyphens and low lines, such as acme"},
		"a name that is taken":  {"default,a.okta.com,/a,,,,,,,", "name is default, which the pipeline of all orgs without a far end of their own is called: use another one"},
		"no org":                {"a,,/a,,,,,,,", "org_url is missing: set it to the org's own address, such as https://acme.okta.com"},
		"an Admin Console":      {"a,https://a-admin.okta.com,/a,,,,,,,", "org_url is the address of the Admin Console: use https://a.okta.com"},
		"clear text":            {"a,http://a.okta.com,/a,,,,,,,", `org_url has the scheme "http": use https://a.okta.com`},
		"no credential":         {"a,a.okta.com,,,,,,,,", "has no credential: write the path of a file into api_token_file, or into private_key_file beside client_id"},
		"two credentials":       {"a,a.okta.com,/a,0oa1,/k,,,,,", "api_token_file is there beside a column of an OAuth app: keep one of the two, an API token or an app"},
		"no client":             {"a,a.okta.com,,,/k,,,,,", "client_id is empty, and another column of an OAuth app is not: write the app's Client ID into it"},
		"no key":                {"a,a.okta.com,,0oa1,,,,,,", "client_id is there without a key or a secret: write the path of a file into private_key_file or client_secret_file"},
		"key and secret":        {"a,a.okta.com,,0oa1,/k,,/s,,,", "private_key_file and client_secret_file are set together: keep one of them"},
		"a key's id alone":      {"a,a.okta.com,,0oa1,,k1,/s,,,", "key_id is set beside a client secret: leave it out, it belongs to a private key"},
		"no Client ID":          {"a,a.okta.com,,my app,/k,,,,,", "client_id is missing or holds what no Client ID does"},
		"a variable":            {"a,a.okta.com,${env:DIR}/a,,,,,,,", "api_token_file holds a variable, which nothing replaces in a file: write the whole path"},
		"a variable of a shell": {"a,a.okta.com,$HOME/a,,,,,,,", "api_token_file holds a variable"},
		"of Windows":            {"a,a.okta.com,%USERPROFILE%\\a,,,,,,,", "api_token_file holds a variable"},
		"a home":                {"a,a.okta.com,~/a,,,,,,,", "api_token_file begins with ~, which only a shell replaces: write the whole path"},
		"a URL of a file":       {"a,a.okta.com,file:///a,,,,,,,", "api_token_file is a URL: write the path alone"},
		"a line break":          {"a,a.okta.com,/a,,,,,\"b\nc\",,", "workspace has a line break in it: write it in one line"},
		"what can't be seen":    {"a,a.okta.com,/a,,,,,b\u200bc,,", "workspace has a zero-width space (U+200B) at position 2: take it out"},
		"a terminal's escape":   {"a,a.okta.com,/a,,,,,b\x1bc,,", "workspace has a control character (U+001B) at position 2: take it out"},
		"too much":              {"a,a.okta.com,/a,,,,," + strings.Repeat("é", 257) + ",,", "workspace has more than 256 characters: use fewer"},
		"no far end":            {"a,a.okta.com,/a,,,,,,otel,", "endpoint is neither the address of OTLP over HTTP, such as https://otel.example.com:4318, nor host and port of OTLP over gRPC, such as otel.example.com:4317: write one of these"},
		"another scheme":        {"a,a.okta.com,/a,,,,,,grpc://otel:4317,", "endpoint is neither the address"},
		"a port too high":       {"a,a.okta.com,/a,,,,,,otel:70000,", "endpoint is neither the address"},
		"a user":                {"a,a.okta.com,/a,,,,,,https://ada@otel,", "endpoint has a user name or password: leave it out"},
		"a query":               {"a,a.okta.com,/a,,,,,,https://otel?x=1,", "endpoint has more than scheme, host and path: leave the rest out"},
		"the whole path":        {"a,a.okta.com,/a,,,,,,https://otel/v1/logs,", "endpoint ends in /v1/logs, which the exporter adds by itself: leave that out"},
		"a token for nobody":    {"a,a.okta.com,/a,,,,,,,/t", "endpoint_token_file is set without endpoint: set both, or none"},
		"a token in clear text": {"a,a.okta.com,/a,,,,,,http://otel:4318,/t", "endpoint_token_file is set for a far end without TLS"},
		"a token without TLS":   {"a,a.okta.com,/a,,,,,,localhost:4317,/t", "endpoint_token_file is set for a far end without TLS"},
	} {
		t.Run(name, func(t *testing.T) {
			requireFaults(t, run(t, wide+"b,b.okta.com,/b,,,,,,,\n"+c.line+"\n", farAway...), []string{"line 3: " + c.says})
		})
	}
}

func TestLinesThatContradictEachOther(t *testing.T) {
	ended := run(t, wide+`acme,acme.okta.com,/a,,,,,,,
ACME,b.okta.com,/b,,,,,,,
c,HTTPS://Acme.okta.com.:443/,/c,,,,,,,
d,d.okta.com,/a,,,,,,,
e,e.okta.com,,0oa1,/k,k1,,,,
f,f.okta.com,,0oa2,/k,k1,,,,
g,g.okta.com,,0oa3,,,/s,,,
h,h.okta.com,,0oa3,,,/s,,,
`, farAway...)
	requireFaults(t, ended, []string{
		`line 3: name "ACME" is that of line 2: use another one`,
		"line 4: org_url is the org of line 2: remove one of the two lines",
		"line 5: the file of its credential is that of line 2, and a credential belongs to one org: name its own file",
		"line 9: the file of its credential is that of line 8",
	})
}

func TestAllFaultsAreSaidInOneRunAndInOrder(t *testing.T) {
	ended := run(t, "name,org_url,api_token_file,phone\n"+
		"a b,a.okta.com,/a,\n"+
		"b,https://b-admin.okta.com,~/b,1\n"+
		"c,c.okta.com,/c\"c,1\n"+
		"d,d.okta.com\n"+
		"e,e.okta.com,,\n"+
		"a b,a.okta.com,/f,\n")
	requireFaults(t, ended, []string{
		`line 1: there is no column "phone"`,
		`line 2: name "a b" is no part of a component's id`,
		"line 2: endpoint is empty, and there is no default: write where the records of this org go, or name the far end of all orgs that have none with --endpoint",
		"line 3: org_url is the address of the Admin Console",
		"line 3: api_token_file begins with ~",
		"line 3: endpoint is empty",
		"line 4: a quotation mark stands within",
		"line 5: has 2 values",
		"line 6: has no credential",
		"line 6: endpoint is empty",
		`line 7: name "a b" is no part`,
		`line 7: name "a b" is that of line 2`,
		"line 7: org_url is the org of line 2",
		"line 7: endpoint is empty",
	})
}

func TestSecretsInTheFileAreRefusedAndNotRepeated(t *testing.T) {
	const (
		token  = "00aBcDeFgHiJkLmNoPqRsTuVwXyZ0123456789-_aB"
		client = "aB3dE5fG7hI9jK1lM3nO5pQ7rS9tU1vW3xY5zA7b"
		jwk    = `{""kty"":""EC"",""d"":""aB3dE5fG7hI9jK1lM3nO5pQ7rS9tU1vW3xY5zA7b""}`
	)
	for name, c := range map[string]struct{ csv, says string }{
		"a column for tokens":   {"name,org_url,api_token\na,a.okta.com," + token + "\n", "line 1: the column api_token holds secrets: write each into a file that only the collector's user can read, and the paths of these files into a column api_token_file"},
		"for keys":              {"name,org_url,client_id,private_key\na,a.okta.com,0oa1," + client + "\n", "line 1: the column private_key holds secrets"},
		"for client secrets":    {"name,org_url,client_id,Client_Secret\na,a.okta.com,0oa1," + client + "\n", "line 1: the column client_secret holds secrets"},
		"a token for its path":  {header + "a,a.okta.com," + token + "\n", "line 2: api_token_file is the secret itself, and takes the path of a file that holds it: write it into a file that only the collector's user can read"},
		"with its scheme":       {header + "a,a.okta.com,SSWS " + token + "\n", "line 2: api_token_file is the secret itself"},
		"a key for its path":    {wide + "a,a.okta.com,,0oa1,\"" + jwk + "\",,,,,\n", "line 2: private_key_file is the secret itself"},
		"PEM for its path":      {wide + "a,a.okta.com,,0oa1,-----BEGIN PRIVATE KEY-----" + client + ",,,,,\n", "line 2: private_key_file is the secret itself"},
		"a secret for its path": {wide + "a,a.okta.com,,0oa1,,," + client + ",,,\n", "line 2: client_secret_file is the secret itself"},
		"for that of a far end": {wide + "a,a.okta.com,/a,,,,,,https://otel," + client + "\n", "line 2: endpoint_token_file is the secret itself"},
		"a token for a name":    {header + token + ",a.okta.com,/a\n", "line 2: name holds what looks like a secret: write that into a file that only the collector's user can read, and put the path of the file into the column api_token_file"},
		"for a workspace":       {wide + "a,a.okta.com,/a,,,,,x " + token + ",,\n", "line 2: workspace holds what looks like a secret"},
		"for a key's id":        {wide + "a,a.okta.com,,0oa1,/k," + token + ",,,,\n", "line 2: key_id holds what looks like a secret"},
		"for an org":            {header + "a," + token + ",/a\n", "line 2: org_url looks like a token and not like the address of an org: put the token into a file, and org_url to the org's own address"},
		"in an org's address":   {header + "a,https://ada:" + client + "@a.okta.com,/a\n", "line 2: org_url holds a user name or password: leave it out and put the credential into a file, use https://a.okta.com"},
		"in a far end":          {wide + "a,a.okta.com,/a,,,,,,https://ada:" + client + "@otel,\n", "line 2: endpoint holds what looks like a secret: take it out, and put the path of a file that holds it into the column endpoint_token_file"},
		"no header":             {"a,a.okta.com," + token + "\n", "line 1: does not name the columns"},
		"a value too many":      {header + "a,a.okta.com,/a," + token + "\n", "line 2: has 4 values"},
		"as a column":           {"name,org_url,api_token_file," + token + "\na,a.okta.com,/a,\n", `line 1: there is no column "[REDACTED]"`},
	} {
		t.Run(name, func(t *testing.T) {
			ended := run(t, c.csv, farAway...)
			require.Equal(t, exit.Failed, ended.status)
			require.NotEmpty(t, ended.lines())
			assert.True(t, strings.HasPrefix(ended.lines()[0], c.says), ended.complained)
			for _, secret := range []string{token, client, strings.ToLower(token)} {
				assert.NotContains(t, ended.said+ended.complained, secret)
			}
		})
	}
}

func TestWrongCalls(t *testing.T) {
	for _, c := range []struct {
		args []string
		says string
	}{
		{[]string{}, "no orgs are named: use --orgs with a CSV file"},
		{[]string{"--orgs", "x", "--overwrite"}, "--overwrite does nothing without --output: give both"},
		{[]string{"--orgs", "x", "--storage", ""}, "--storage is empty"},
		{[]string{"--orgs", "x", "--storage", "a\nb"}, "--storage is empty, or has characters that can't be seen"},
		{[]string{"--orgs", "x", "--endpoint", "nowhere"}, "--endpoint is neither the address of OTLP over HTTP"},
		{[]string{"--orgs", "x", "--endpoint-token-file", "/t"}, "--endpoint-token-file is set without --endpoint"},
		{[]string{"--orgs", "x", "--endpoint", "otel:4317", "--endpoint-token-file", "00aBcDeFgHiJkLmNoPqRsTuVwXyZ0123456789-_aB"}, "--endpoint-token-file is the secret itself"},
		{[]string{"--orgs", "x", "--endpoint", "otel:4317", "--endpoint-token-file", "~/t"}, "--endpoint-token-file begins with ~"},
		{[]string{"--orgs", "x", "--start-at", "yesterday"}, "--start-at"},
		{[]string{"--orgs", "x", "--poll-interval", "100ms"}, "--poll-interval is 100ms: use 1s or more"},
		{[]string{"x"}, `unexpected argument "x"`},
	} {
		ended := runWith(t, c.args...)
		assert.Equal(t, exit.Usage, ended.status, c.args)
		assert.Contains(t, ended.complained, c.says)
		assert.NotContains(t, ended.complained, "00aB")
	}
	ended := runWith(t, "--orgs", t.TempDir()+"/none.csv")
	assert.Equal(t, exit.Failed, ended.status)
	assert.Contains(t, ended.complained, "read the orgs: open ")
}
