// SPDX-License-Identifier: Apache-2.0

// Attributes writes the tables of attributes and of categories into the component's README, whose path is its argument,
// out of the tables in the packages translate and catalogue. Each stands between two comments, the first of which names
// it. make generate runs it.
package main

import (
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/otel-okta/okta-systemlog-receiver/internal/okta/catalogue"
	"github.com/otel-okta/okta-systemlog-receiver/internal/translate"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "attributes:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) != 1 {
		return errors.New("one argument is needed, the file to write the tables into")
	}
	before, err := os.ReadFile(args[0]) //nolint:gosec // whoever runs it names the file
	if err != nil {
		return fmt.Errorf("read the document: %w", err)
	}
	after, err := fill(string(before))
	if err != nil {
		return err
	}
	return os.WriteFile(args[0], []byte(after), 0o644) //nolint:gosec // a document that everybody may read
}

// fill returns the document with each table written anew.
func fill(document string) (string, error) {
	tables := map[string]string{"categories": categories()}
	for name, group := range map[string]translate.Group{
		"conventional": translate.Conventional, "own": translate.Own, "derived": translate.Derived, "added": translate.Added,
	} {
		tables[name] = attributes(group)
	}
	for name, table := range tables {
		begin, end := "<!-- generated: "+name+" -->\n", "<!-- end -->\n"
		above, rest, found := strings.Cut(document, begin)
		if !found {
			return "", fmt.Errorf("the document has no place for the table %s: add the comments %q and %q", name, begin, end)
		}
		_, below, found := strings.Cut(rest, end)
		if !found {
			return "", fmt.Errorf("the table %s has no end: add the comment %q", name, end)
		}
		document = above + begin + table + end + below
	}
	return document, nil
}

func attributes(group translate.Group) string {
	var table strings.Builder
	table.WriteString("| attribute | value | from | for privacy |\n| --- | --- | --- | --- |\n")
	for _, a := range translate.Attributes() {
		if a.Group == group {
			fmt.Fprintf(&table, "| `%s` | %s | %s | %s |\n", a.Name, a.Type, a.From, a.Privacy)
		}
	}
	return table.String()
}

func categories() string {
	var table strings.Builder
	table.WriteString("| category | event types about | ECS `event.category` | ECS `event.type` | OCSF class |\n| --- | --- | --- | --- | --- |\n")
	for _, c := range catalogue.Categories() {
		fmt.Fprintf(&table, "| `%s` | %s | %s | %s | %s |\n", c.Name, c.About, c.ECSCategory, c.ECSType, c.OCSF)
	}
	return table.String()
}
