// SPDX-License-Identifier: Apache-2.0

package settings

import (
	"encoding"
	"maps"
	"reflect"
	"slices"
	"strings"
	"time"

	"go.opentelemetry.io/collector/confmap"
)

// section is the keys of a mapping.
type section map[string]field

// field is what a key takes.
type field struct {
	// typ is what its value becomes.
	typ reflect.Type
	// below are the keys of the mapping that it takes, nil where it takes something else.
	below section
}

var (
	textType        = reflect.TypeFor[encoding.TextUnmarshaler]()
	unmarshalerType = reflect.TypeFor[confmap.Unmarshaler]()
	durationType    = reflect.TypeFor[time.Duration]()
)

// sectionOf is the keys that a struct is read from.
func sectionOf(t reflect.Type) section {
	keys := section{}
	for i := range t.NumField() {
		name, options, _ := strings.Cut(t.Field(i).Tag.Get("mapstructure"), ",")
		typ := t.Field(i).Type
		switch {
		case strings.Contains(options, "squash"):
			maps.Copy(keys, sectionOf(valueOf(typ)))
		case name != "" && name != "-" && t.Field(i).IsExported():
			keys[name] = field{typ, belowOf(valueOf(typ))}
		}
	}
	return keys
}

// belowOf is the keys of a mapping, nil for a type that is read from something else.
func belowOf(t reflect.Type) section {
	if t.Kind() != reflect.Struct || reflect.PointerTo(t).Implements(textType) {
		return nil
	}
	if keys := sectionOf(t); len(keys) > 0 {
		return keys
	}
	return nil
}

// valueOf is the type behind a pointer, and that of an optional value of the Collector's: what its Get returns.
func valueOf(t reflect.Type) reflect.Type {
	if t.Kind() == reflect.Pointer {
		return valueOf(t.Elem())
	}
	if get, ok := reflect.PointerTo(t).MethodByName("Get"); ok && strings.HasPrefix(t.Name(), "Optional[") && get.Type.NumOut() == 1 {
		return valueOf(get.Type.Out(0))
	}
	return t
}

// paths are the settings of a section and below it, in alphabetical order, each as the keys that lead to it with dots
// between them.
func (s section) paths(above string) (all []string) {
	for _, key := range slices.Sorted(maps.Keys(s)) {
		all = append(all, above+key)
		all = append(all, s[key].below.paths(above+key+".")...)
	}
	return all
}

// Paths are all settings of a configuration, such as http.proxy_url, the sections among them.
func Paths(config any) []string { return sectionOf(reflect.TypeOf(config)).paths("") }
