#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Two CPUs write the same word.
echo "TAP version 13"
echo "1..1"
insmod "$SPLAT_KO" kind=race && rmmod splat
echo "ok 1 - one"
