// SPDX-License-Identifier: Apache-2.0

// Package position is the commands that show and change the stored position of a receiver while its collector is
// stopped: show, move, set and reset.
//
// A change is first made in memory, to show what it leads to. Then the file is copied, and the same change is made in
// it in one transaction. The file is locked from before it is read until after it was changed.
package position
