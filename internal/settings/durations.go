// SPDX-License-Identifier: Apache-2.0

package settings

import (
	"reflect"
	"strings"
	"time"
)

// Negative calls each with the settings of a configuration that are times below 0, as the keys that lead to them with
// dots between them. It finds them by what they are read from: the Collector's own structs have other fields in other
// versions (config/confighttp v1.71.0 moved those about idle connections below keepalive).
func Negative(config any, each func(key string, value time.Duration)) {
	belowZero(reflect.ValueOf(config), "", each)
}

func belowZero(value reflect.Value, above string, each func(string, time.Duration)) {
	value = present(value)
	if !value.IsValid() || value.Kind() != reflect.Struct {
		return
	}
	for i := range value.NumField() {
		member := value.Type().Field(i)
		name, options, _ := strings.Cut(member.Tag.Get("mapstructure"), ",")
		switch {
		case !member.IsExported():
		case strings.Contains(options, "squash"):
			belowZero(value.Field(i), above, each)
		case name == "" || name == "-":
		case member.Type == durationType:
			if time := value.Field(i).Interface().(time.Duration); time < 0 {
				each(above+name, time)
			}
		default:
			belowZero(value.Field(i), above+name+".", each)
		}
	}
}

// present is the value behind a pointer or an optional value of the Collector's, or an invalid one where there is none.
func present(value reflect.Value) reflect.Value {
	if !value.IsValid() || valueOf(value.Type()) == value.Type() {
		return value
	}
	if value.Kind() == reflect.Pointer {
		return present(value.Elem())
	}
	addressable := reflect.New(value.Type())
	addressable.Elem().Set(value)
	return present(addressable.MethodByName("Get").Call(nil)[0])
}
