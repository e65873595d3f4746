// SPDX-License-Identifier: Apache-2.0

package management

import (
	"fmt"
	"strings"

	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/apierror"
)

// blank is the text about a field that is required.
const blank = "%s: The field cannot be left blank"

// complaints collects what is wrong with an object.
type complaints []string

func (c *complaints) when(wrong bool, format string, args ...any) {
	if wrong {
		*c = append(*c, fmt.Sprintf(format, args...))
	}
}

// refused returns the 400 of an object with complaints, named after the field of the first one; nil without any.
func (c complaints) refused() *apierror.Error {
	if len(c) == 0 {
		return nil
	}
	field, _, _ := strings.Cut(c[0], ":")
	return apierror.Refused(field, c...)
}
