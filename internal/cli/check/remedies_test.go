// SPDX-License-Identifier: Apache-2.0

package check

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otel-okta/okta-systemlog-receiver/internal/connection"
	"github.com/otel-okta/okta-systemlog-receiver/internal/okta/oktaerr"
	"github.com/otel-okta/okta-systemlog-receiver/internal/settings"
	"github.com/otel-okta/okta-systemlog-receiver/receiver/oktasystemlogreceiver"
)

var (
	// settingName matches what looks like a setting: a name with dots or with underscores.
	settingName = regexp.MustCompile(`(?:[a-z]+\.)?\b(?:http|oauth|event_hook|rate_limit|retry|resource_attributes)\.[a-z][a-z0-9_.]*[a-z]|\b[a-z]+(?:_[a-z0-9]+)+\b`)
	flagName    = regexp.MustCompile(`(?:^|[\s(])--([a-z][a-z-]+)`)
)

// otherNames are names with underscores that are no settings of the receiver.
var otherNames = []string{"okta_systemlog", "file_storage"}

// settingNames are the names that remedies may have: whole ones, and a name alone where its section is plain.
func settingNames() []string {
	names := slices.Clone(otherNames)
	for _, path := range settings.Paths(oktasystemlogreceiver.Config{}) {
		names = append(names, path, path[strings.LastIndex(path, ".")+1:])
	}
	return names
}

// requireNames fails where a text names a setting or a flag that is not there.
func requireNames(t *testing.T, names []string, text string) {
	t.Helper()
	for _, name := range settingName.FindAllString(text, -1) {
		assert.Contains(t, names, name, text)
	}
	for _, flag := range flagName.FindAllStringSubmatch(text, -1) {
		assert.NotNil(t, Command().Flags().Lookup(flag[1]), text)
	}
}

func TestEveryCauseHasARemedyThatCanBeDone(t *testing.T) {
	names := settingNames()
	causes := oktaerr.Causes()
	require.Greater(t, len(causes), 50)
	for _, cause := range causes {
		remedy := connection.RemedyOf(cause)
		require.NotEmpty(t, cause.Meaning(), cause)
		require.NotEmpty(t, remedy, cause)
		requireNames(t, names, cause.Meaning())
		requireNames(t, names, remedy)
		// A line of the log has them behind what Okta said, and check each in a line of its own.
		for _, text := range []string{cause.Meaning(), remedy} {
			assert.Equal(t, text, printable(text))
			assert.NotRegexp(t, `\.$|^[A-Z][a-z]`, text, "it is a part of a sentence")
		}
	}
}

// Whatever a step says, in the check itself and in the storage's and the event hook's: each failure and each warning
// has a cause and a remedy, and what is named there exists.
func TestEveryStepNamesWhatIsThere(t *testing.T) {
	names := settingNames()
	steps := 0
	for _, directory := range []string{".", filepath.Join("..", "..", "connection"), filepath.Join("..", "..", "..", "receiver", "oktasystemlogreceiver")} {
		files, err := filepath.Glob(filepath.Join(directory, "*.go"))
		require.NoError(t, err)
		for _, path := range files {
			if strings.HasSuffix(path, "_test.go") {
				continue
			}
			file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
			require.NoError(t, err)
			ast.Inspect(file, func(node ast.Node) bool {
				steps += inspectStep(t, node, names)
				return true
			})
		}
	}
	assert.Greater(t, steps, 30, "remedies that were found")
}

// inspectStep looks at one part of the source: at the fields of a step that is written there, and at what is assigned
// to its remedy. It returns how many remedies there were.
func inspectStep(t *testing.T, node ast.Node, names []string) (remedies int) {
	t.Helper()
	switch node := node.(type) {
	case *ast.CompositeLit:
		fields := map[string]ast.Expr{}
		for _, element := range node.Elts {
			if pair, isPair := element.(*ast.KeyValueExpr); isPair {
				if key, isName := pair.Key.(*ast.Ident); isName {
					fields[key.Name] = pair.Value
				}
			}
		}
		if fields["Remedy"] != nil {
			assert.NotNil(t, fields["Cause"], "a step has a remedy without a cause")
			remedies++
		}
		requireTexts(t, names, fields["Remedy"], fields["Cause"])
	case *ast.AssignStmt:
		for i, left := range node.Lhs {
			field, isField := left.(*ast.SelectorExpr)
			if isField && (field.Sel.Name == "Remedy" || field.Sel.Name == "Cause") && i < len(node.Rhs) {
				remedies++
				requireTexts(t, names, node.Rhs[i])
			}
		}
	case *ast.CallExpr:
		if name, isName := node.Fun.(*ast.Ident); isName && name.Name == "unusable" {
			remedies++
			requireTexts(t, names, node.Args...)
		}
	}
	return remedies
}

// requireTexts looks at the texts that are written in some expressions.
func requireTexts(t *testing.T, names []string, expressions ...ast.Expr) {
	t.Helper()
	for _, expression := range expressions {
		if expression == nil {
			continue
		}
		ast.Inspect(expression, func(node ast.Node) bool {
			if literal, isText := node.(*ast.BasicLit); isText && literal.Kind == token.STRING {
				text, err := strconv.Unquote(literal.Value)
				require.NoError(t, err)
				requireNames(t, names, text)
			}
			return true
		})
	}
}
