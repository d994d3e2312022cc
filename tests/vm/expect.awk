# SPDX-License-Identifier: Apache-2.0
#
# Compares a recording with the truth, where there is no Python.
#
# usage: awk -f expect.awk [-v exactly=1] EXPECTED SHOWN
# EXPECTED has lines "ARCH NR COUNT", SHOWN is `show --json`: one call a line. "invalid 0 N" means the ledger's
# counter of numbers out of range; any other loss is an error. Exits 1 with a line for each difference.

function field(name,    rest) {
	if (!match($0, "\"" name "\": \"?[^,\"}]*"))
		return ""
	rest = substr($0, RSTART, RLENGTH)
	sub(/^"[a-z_]*": "?/, "", rest)
	return rest
}

function wrong(text) {
	print text
	differences++
}

FNR == NR { want[$1 " " $2] = $3; next }

/"loss": [{]/ { in_loss = 1; next }
in_loss && /[}]/ { in_loss = 0 }
in_loss {
	gsub(/[",:]/, "")
	if ($1 == "invalid_numbers")
		got["invalid 0"] = $2
	else if ($2 > 0)
		wrong("lost: " $1 " " $2)
	next
}
/"nr": / {
	calls++
	if (field("count") > 0)
		got[field("arch") " " field("nr")] = field("count")
}

END {
	if (!calls)
		wrong("the recording holds no call at all")
	for (call in want)
		if (got[call] + 0 != want[call])
			wrong(call ": expected " want[call] ", recorded " got[call] + 0)
	for (call in got)
		if (exactly && !(call in want) && got[call] > 0)
			wrong(call ": recorded " got[call] ", never called")
	exit differences > 0
}
