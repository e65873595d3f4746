// SPDX-License-Identifier: Apache-2.0

package generate

// flaw is one way in which an event differs from Okta's documentation. Each was seen in published Okta data.
type flaw int

const (
	noFlaw flaw = iota
	flawNoOutcome
	flawNoTarget
	flawEmptyTarget
	flawNoMessage
	flawEmptyMessage
	flawTransactionType
	flawNoSession
	flawEmptyClient
	flawEmptyDevice
	flawEmptyDebugContext
	flawDebugText
	flawDebugObject
	flawVersion
	flawPostalCode
	flawASNumber
	flawAbove53Bits
	flawAbove63Bits
	flawWholeDegrees
	flawOutOfRange
	flawAddressNull
	flawAddress
	flawIPv6
	flawNoDecimals
	flawNanoseconds
	flawOffset
	flawNoZone
	flawDate
	flawAstral
	flawChainInClient
	flawType
	flawSeverity
	flawKey
	flawDeviceCamelCase
	flawAgent
	flaws // how many there are
)
