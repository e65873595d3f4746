// SPDX-License-Identifier: Apache-2.0

package main

import (
	"encoding"
	"reflect"
	"strings"
	"time"

	"go.opentelemetry.io/collector/config/configopaque"
)

// schema is as much of a JSON Schema, draft 2020-12, as a configuration takes.
type schema struct {
	Schema      string `yaml:"$schema,omitempty"`
	ID          string `yaml:"$id,omitempty"`
	Title       string `yaml:"title,omitempty"`
	Description string `yaml:"description,omitempty"`

	// Type is a name, or a list of names.
	Type  any       `yaml:"type,omitempty"`
	AnyOf []*schema `yaml:"anyOf,omitempty"`

	Enum             []string `yaml:"enum,omitempty,flow"`
	Const            any      `yaml:"const,omitempty"`
	Pattern          string   `yaml:"pattern,omitempty"`
	Minimum          *float64 `yaml:"minimum,omitempty"`
	Maximum          *float64 `yaml:"maximum,omitempty"`
	ExclusiveMaximum *float64 `yaml:"exclusiveMaximum,omitempty"`
	Default          any      `yaml:"default,omitempty"`

	Properties map[string]*schema `yaml:"properties,omitempty"`
	Items      *schema            `yaml:"items,omitempty"`
	Required   []string           `yaml:"required,omitempty,flow"`
	// AdditionalProperties is false, or the schema of the values of a free mapping.
	AdditionalProperties any `yaml:"additionalProperties,omitempty"`
}

// goDuration is what mdatagen takes for a time.
const goDuration = `^([0-9]+(\.[0-9]+)?(ns|us|µs|ms|s|m|h))+$`

var (
	durationType = reflect.TypeFor[time.Duration]()
	opaqueType   = reflect.TypeFor[configopaque.String]()
	headersType  = reflect.TypeFor[configopaque.MapList]()
	textType     = reflect.TypeFor[encoding.TextUnmarshaler]()
)

// describe is the schema of a value that is read from a configuration. The value is what it is by default.
func describe(v reflect.Value, described *comments) *schema {
	t := v.Type()
	switch {
	case t.Kind() == reflect.Pointer:
		return describe(pointedTo(v), described)
	case t == durationType:
		s := &schema{Type: "string", Pattern: goDuration}
		s.Default = durationText(v.Interface().(time.Duration))
		return s
	case t == headersType:
		return headers()
	case t == opaqueType || t.Kind() != reflect.String && reflect.PointerTo(t).Implements(textType):
		return &schema{Type: "string"}
	case isOptional(t):
		return describe(optionalDefault(v), described)
	}
	switch t.Kind() {
	case reflect.Struct:
		return describeStruct(v, described)
	case reflect.Slice:
		s := &schema{Type: "array", Items: describe(reflect.Zero(t.Elem()), described)}
		s.Items.Default = nil
		if v.Len() > 0 {
			s.Default = v.Interface()
		}
		return s
	case reflect.Map:
		values := describe(reflect.Zero(t.Elem()), described)
		values.Default = nil
		return &schema{Type: "object", AdditionalProperties: values}
	case reflect.String:
		s := &schema{Type: "string"}
		if v.Len() > 0 {
			s.Default = v.String()
		}
		return s
	case reflect.Bool:
		return &schema{Type: "boolean", Default: v.Bool()}
	case reflect.Float32, reflect.Float64:
		return &schema{Type: "number", Default: v.Float()}
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return &schema{Type: "integer", Default: v.Int()}
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		zero := 0.0
		return &schema{Type: "integer", Default: v.Uint(), Minimum: &zero}
	}
	panic("a configuration with a " + t.String() + " in it is not described yet")
}

// describeStruct is the schema of a mapping with the keys that a struct is read from, and no others.
func describeStruct(v reflect.Value, described *comments) *schema {
	t := v.Type()
	s := &schema{Type: "object", Properties: map[string]*schema{}, AdditionalProperties: false, Description: described.ofType(t)}
	for i := range t.NumField() {
		field := t.Field(i)
		key, options, _ := strings.Cut(field.Tag.Get("mapstructure"), ",")
		switch {
		case strings.Contains(options, "squash"):
			for key, property := range describe(v.Field(i), described).Properties {
				s.Properties[key] = property
			}
		case key != "" && key != "-" && field.IsExported():
			property := describe(v.Field(i), described)
			if text := described.ofField(t, field.Name); text != "" {
				property.Description = text
			}
			s.Properties[key] = property
		}
	}
	return s
}

// headers is the schema of a configopaque.MapList, which is read from a mapping of texts, or from a list of pairs.
func headers() *schema {
	text := &schema{Type: "string"}
	return &schema{AnyOf: []*schema{
		{Type: "object", AdditionalProperties: text},
		{Type: "array", Items: &schema{
			Type: "object", Properties: map[string]*schema{"name": text, "value": text}, AdditionalProperties: false,
		}},
	}}
}

// pointedTo is what a pointer points to, or a zero value where it points nowhere.
func pointedTo(v reflect.Value) reflect.Value {
	if v.IsNil() {
		return reflect.Zero(v.Type().Elem())
	}
	return v.Elem()
}

// isOptional reports whether a type is the Collector's configoptional.Optional.
func isOptional(t reflect.Type) bool {
	return strings.HasSuffix(t.PkgPath(), "/config/configoptional") && strings.HasPrefix(t.Name(), "Optional[")
}

// optionalDefault is what an optional value begins with once one of its keys is set.
func optionalDefault(v reflect.Value) reflect.Value {
	optional := reflect.New(v.Type())
	optional.Elem().Set(v)
	return optional.MethodByName("GetOrInsertDefault").Call(nil)[0].Elem()
}

// durationText is a time as people write it: 1m, and not 1m0s.
func durationText(d time.Duration) string {
	text := d.String()
	if strings.HasSuffix(text, "m0s") {
		text = strings.TrimSuffix(text, "0s")
	}
	if strings.HasSuffix(text, "h0m") {
		text = strings.TrimSuffix(text, "0m")
	}
	return text
}
