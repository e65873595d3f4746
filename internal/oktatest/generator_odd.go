// SPDX-License-Identifier: Apache-2.0

package oktatest

// oddity is one way in which an event differs from Okta's documentation; each was seen in published Okta data.
type oddity int

const (
	regular oddity = iota
	oddNoOutcome
	oddNoTarget
	oddEmptyTarget
	oddNoMessage
	oddEmptyMessage
	oddTransactionType
	oddNoSession
	oddEmptyClient
	oddEmptyDevice
	oddEmptyDebugContext
	oddDebugText
	oddDebugObject
	oddVersion
	oddPostalCode
	oddASNumber
	oddAbove53Bits
	oddAbove63Bits
	oddWholeDegrees
	oddOutOfRange
	oddAddressNull
	oddAddress
	oddIPv6
	oddNoDecimals
	oddNanoseconds
	oddOffset
	oddNoZone
	oddDate
	oddAstral
	oddChainInClient
	oddType
	oddSeverity
	oddKey
	oddDeviceCamelCase
	oddAgent
	oddities // how many there are
)
