// SPDX-License-Identifier: Apache-2.0

package otelcol

import "strings"

// Tree is a mapping of a configuration.
type Tree = map[string]any

// Object returns the mapping with a name; one without members when there is none.
func Object(in Tree, name string) Tree {
	found, _ := in[name].(Tree)
	return found
}

// TypeOf returns the type of a component: its ID up to the slash.
func TypeOf(id string) string {
	kind, _, _ := strings.Cut(id, "/")
	return kind
}

// Texts returns the strings of a list.
func Texts(list any) []string {
	elements, _ := list.([]any)
	var all []string
	for _, element := range elements {
		if text, ok := element.(string); ok {
			all = append(all, text)
		}
	}
	return all
}
