#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The documentation is true: every command in a ```console block is run and must print the output
# shown, and the manual pages list exactly what exists.
#
# In a block, a line "$ ..." is a command, followed by its output; a line "..." stands for any
# lines. A command without output must only succeed.
#
#   UPDATE=1 tests/golden/docs.sh    put the actual output into the pages

cd "$(dirname "$0")/../.." || exit 1
. tests/tap.sh
top=$PWD
pages="README.md CONTRIBUTING.md $(echo doc/*.md)"

# Where commands run: like the top of the tree, with a build/ of its own.
work=$tap_dir/top
mkdir -p "$work/build" "$tap_dir/run"
ln -s "$top/tests" "$work/tests"
ln -s "$SPELUNK" "$work/build/spelunk"
export HOME=$tap_dir
unset DEBUGINFOD_URLS

#
# Commands
#

# Cut the blocks of a page into run/N.cmd, N.want and N.at.  What follows `make
# demo` in its block is its output, and commands of their own.
cut_page()
{
	awk -v dir="$tap_dir/run" -v nr="$(find "$tap_dir/run" -name '*.cmd' | wc -l)" '
		function start(text, name) {
			name = sprintf("%s/%03d", dir, nr++)
			at = name ".want"
			print text > (name ".cmd")
			print FILENAME ":" FNR > (name ".at")
			printf "" > at
			close(name ".cmd"); close(name ".at")
		}
		/^```/ {
			inside = !inside && $0 == "```console"
			at = demo = ""
			next
		}
		!inside { next }
		more { command = command "\n" $0 }
		!more && demo != "" { print > demo }
		!more && /^\$ / { command = substr($0, 3) }
		more || /^\$ / {
			more = command ~ /\\$/
			if (!more)
				start(command)
			if (command == "make demo")
				demo = at
			next
		}
		at != "" && at != demo { print > at }' "$1"
}

# Do the lines of GOT match those of WANT? Prints the first that does not.
fits()
{
	sed -i -e :a -e '/^\n*$/ { $d; N; ba' -e '}' "$1" "$2"	# blank lines at the end
	awk '
		FNR == NR { want[++nw] = $0; next }
		{ got[++ng] = $0 }
		function same(at, from, to,   i) {
			for (i = from; i <= to; i++)
				if (got[at + i - from] != want[i])
					return 0
			return 1
		}
		function fail(line, i) {
			printf "shown, but not printed: %s\n", line
			printf "printed there:          %s\n", got[i]
			exit bad = 1
		}
		END {
			if (bad || !nw)
				exit bad
			at = 1
			for (from = 1; from <= nw + 1; from = to + 2) {
				for (to = from; to <= nw && want[to] != "..."; to++)
					;
				to--
				if (to == nw && from > 1 && ng - (to - from) >= at)
					at = ng - (to - from)
				else if (from > 1)
					while (at + to - from <= ng && !same(at, from, to))
						at++
				for (i = from; i <= to; i++) {
					if (got[at] != want[i] || at > ng)
						fail(want[i], at)
					at++
				}
			}
			if (want[nw] != "..." && at <= ng)
				fail("the end", at)
		}' "$1" "$2"
}

# Replace a command's output in a page by the actual output; a final "..." stays.
update()
{
	local page=${1%%:*} line=${1#*:}
	awk -v line="$line" -v got="$3" '
		function put(   n) {
			while ((getline text < got) > 0 && (!keep || ++n <= keep))
				print text
			done = 1
		}
		FNR == NR { keep = $0 == "..." ? FNR - 1 : 0; next }
		FNR <= line || done { print; next }
		/^\$ / || /^```/ { put(); if (keep) print "..."; print }
		' "$2" "$page" >"$tap_dir/page" && cat "$tap_dir/page" >"$page"
}

run_all()
{
	local cmd file status text wrong=
	for file in "$tap_dir"/run/*.cmd; do
		text=$(cat "$file")
		cmd=$text
		file=${file%.cmd}
		[ "$text" != "make demo" ] || cmd="tests/demo/demo.sh build"
		if [[ $text == *jq* ]] && ! command -v jq >/dev/null; then
			echo "ok $((++tap_nr)) - $(cat "$file.at") # SKIP no jq here"
			continue
		fi
		(cd "$work" && timeout 120 bash -c "$cmd" </dev/null) >"$file.got" 2>&1
		status=$?
		if [ -s "$file.want" ]; then
			text=$(fits "$file.want" "$file.got")
			status=$?
			[ $status = 0 ] || [ "$cmd" != "$(cat "$file.cmd")" ] || wrong="$file $wrong"
		fi
		tap "$(cat "$file.at") $(head -n 1 "$file.cmd" | cut -c 1-60)" $status \
			"$text
$(head -n 12 "$file.got")"
	done
	# Backwards, so that the lines before an updated place keep their numbers.
	[ -z "$UPDATE" ] || for file in $wrong; do
		update "$(cat "$file.at")" "$file.want" "$file.got"
	done
}

for page in $pages; do
	cut_page "$page"
done
ls "$tap_dir"/run/*.cmd >/dev/null 2>&1
tap "there are commands to run" $?
run_all

is "commands stand in \`\`\`console blocks" \
	"$(awk '/^```/ { kind = inside ? "" : $0; inside = !inside }
		inside && kind != "```console" && /^\$ / { print FILENAME ": " $0 }' $pages)" ""

# A screen follows the name of its file.
for page in $pages; do
	awk '
		/^<!-- tests\/screens\/.* -->$/ { file = $2; getline; next }
		file != "" && /^```/ { while ((getline want < file) > 0) print FILENAME ": " want; file = "" }
		file != "" {
			getline want < file
			if (want != $0)
				print FILENAME ": " $0
		}' "$page"
done >"$tap_dir/screens"
is "screens are those of tests/screens" "$(cat "$tap_dir/screens")" ""

for page in $pages; do
	for link in $(grep -oE '\]\([^)#:]+\)' "$page" | tr -d '])('); do
		[ -e "$(dirname "$page")/$link" ] || echo "$page: $link"
	done
done >"$tap_dir/links"
is "links lead to files" "$(cat "$tap_dir/links")" ""

# Options in blocks that no test runs: "PAGE COMMAND --OPTION", of commands that end with
# a pipe, a ";" or a comment.
for page in $pages; do
	awk '
		/^```/ { inside = !inside && $0 == "```sh"; next }
		!inside { next }
		more { $0 = held $0; more = 0 }
		sub(/\\$/, "") { held = $0; more = 1; next }
		{
			gsub(/[|;&#(]/, " & ")
			for (i = 1; i <= NF; i++) {
				if ($i ~ /(^|\/)spelunk$/)
					command = $(i + 1)
				else if ($i ~ /(^|\/)spelunk-guest-agent$/)
					command = "guest-agent"
				else if ($i ~ /^[|;&#(]$/)
					command = ""
				else if (command != "" && $i ~ /^--[a-z]/) {
					sub(/=.*/, "", $i)
					print FILENAME, command, $i
				}
				if ($i == "--")
					command = ""
			}
			command = ""
		}' "$page"
done >"$tap_dir/shown"
while read -r page command option; do
	"$SPELUNK" "$command" --help | grep -qE -- "^ +(-[A-Za-z], )?$option( |\$)" ||
		echo "$page: spelunk $command $option"
done <"$tap_dir/shown" >"$tap_dir/no-option"
holds "options are shown in blocks that are not run" "$(wc -l <"$tap_dir/shown") > 20"
is "and the program has them" "$(cat "$tap_dir/no-option")" ""

is "howto-bias has every erratum" \
	"$(sed -n 's/^ERRATUM(.*, "\([0-9]*\)",$/\1/p' decoder/errata.def)" \
	"$(sed -n 's/^| \([0-9]\{7\}\) | .*/\1/p' doc/howto-bias.md)"

#
# Manual pages
#

for page in spelunk spelunk-record spelunk-report spelunk-annotate spelunk-tui spelunk-kvm \
	spelunk-sharing spelunk-types spelunk-diff spelunk-export spelunk-top spelunk-dump spelunk-doctor spelunk-guest-agent \
	spelunk-merge spelunk-archive spelunk-mcp; do
	awk -f doc/defs.awk -f doc/tables.awk "doc/$page.1.in" >"$tap_dir/$page.1"
	tap "$page(1): its tables are filled" $?
	if command -v mandoc >/dev/null; then
		text=$(mandoc -Tlint -W warning "$tap_dir/$page.1" 2>&1)
	elif command -v groff >/dev/null; then
		# The range warnings are of groff's own macros.
		text=$(groff -ww -Wrange -mdoc -Tutf8 "$tap_dir/$page.1" 2>&1 >/dev/null)
	else
		echo "ok $((++tap_nr)) - $page(1) # SKIP neither mandoc nor groff here"
		continue
	fi
	is "$page(1): well formed" "$text" ""
done

# words PAGE [SECTION]: print the words that its lists define (.It Cm) or, in a section, all .Cm
words()
{
	awk -v section="$2" '
		/^\.Sh/ { now = substr($0, 5) }
		section != "" && now != section { next }
		/^\.It Cm/ || section != "" && /^\.Cm/ {
			sub(/^\.(It )?Cm /, "")
			sub(/ Pq .*/, "")
			gsub(/ (No to Cm|[,;:)])/, " ")
			for (i = 1; i <= NF; i++)
				print $i
		}' "$tap_dir/$1.1"
}

# told TOPIC [FROM]: print the words that `spelunk help TOPIC` explains, all or those after the line
# that begins with FROM; they come from the .def files
told()
{
	"$SPELUNK" help "$1" | awk -v from="$2" '
		!on { on = from == "" || index($0, from) == 1; next }
		from != "" && /^$/ { exit }
		/^  [a-z]/ { print $1 }' | grep -v '^ev0$' | sort -u
}

# options: print the options of a page on standard input
options()
{
	grep -oE '^\.It (Fl [A-Za-z] , )?Fl -[a-z-]+' | sed 's/.*Fl -//' | sort
}

unpack tests/demo/vhe-guest.data.xz tests/demo/guest.elf.xz
data=$BUILD/captures/vhe-guest.data
for command in $("$SPELUNK" --help | awk '/^  [a-z]/ && $1 != "help" && $1 != "version" { print $1 }'); do
	is "spelunk-$command(1) has the options of --help, and no others" \
		"$(options <"$tap_dir/spelunk-$command.1")" \
		"$("$SPELUNK" "$command" --help | sed -nE 's/^  (-[A-Za-z],|   ) --([a-z-]+).*/\2/p' | sort)"
done

"$SPELUNK" --help | awk '/^  [a-z]/ { print $1 }' | sort >"$tap_dir/commands"
is "spelunk(1) has every command in its synopsis" \
	"$(sed -n '/^\.Sh SYNOPSIS/,/^\.Sh DESC/s/^\.\(Op \)*Cm //p' "$tap_dir/spelunk.1" | sort)" \
	"$(cat "$tap_dir/commands")"
is "and says what each does" "$(words spelunk | sort -u)" "$(cat "$tap_dir/commands")"
is "and names every topic of help" \
	"$(awk '/^\.It Cm help/ { on = 1; next } /^\.It Cm/ { on = 0 } on && /^\.Cm/ { print $2 }' \
		"$tap_dir/spelunk.1" | sort)" \
	"$("$SPELUNK" help | sed '1,/^spelunk help TOPIC/d' | awk '{ print $1 }' |
		grep -vxFf "$tap_dir/commands" | sort)"

is "spelunk-report(1) has the keys, and no others" \
	"$(words spelunk-report KEYS | sort -u)" "$(told keys)"
is "spelunk-report(1) has the columns, and no others" \
	"$(words spelunk-report COLUMNS | sort -u)" "$(told columns)"
is "spelunk-report(1) has the flags and operation types, and no others" \
	"$(awk '/^\.Ss Data sources/ { exit } /^\.Ss Flags/ { on = 1 } on && /^\.It Cm/ { print $3 }' \
		"$tap_dir/spelunk-report.1" | grep -v '^ev0$' | sort -u)" \
	"$({ told filter Flags; told filter Values; } | sort -u)"
is "spelunk-tui(1) has the keys of the screens, and no others" \
	"$(sed -n '/^\.Sh KEYS/,/^\.Sh OPTIONS/s/^\.It Ic //p' "$tap_dir/spelunk-tui.1" | sed 's/ ,/,/g; s/\\&//' | sort)" \
	"$("$BUILD/tests/tools/screens" 110x150 '?' "$data" |
		sed -n 's/^   \([^ ].\{14\}\)  .*/\1/p' | sed 's/ *$//' | sort)"
is "and their views" \
	"$(awk '/^\.Sh/ { on = $2 == "VIEWS" } on && /^\.It/ { print $2 }' "$tap_dir/spelunk-tui.1")" \
	"$(sed -n 's/^VIEW(.*, "\([A-Za-z]*\)")$/\1/p' tui/keys.def)"
is "help filter has the keys" "$(told filter Fields)" "$(told keys)"
is "spelunk-doctor(1) has the checks, and no others" \
	"$(words spelunk-doctor CHECKS | sort -u)" "$(told doctor "Checks, as far")"
is "and the probe's questions" \
	"$(sed -n 's/^QUESTION([a-z]*, *"\([a-z]*\)".*/\1/p' cmd/doctor/probe/questions.def)" \
	"$(words spelunk-doctor PROBE | grep -xE 'unasked|asked|memory|traps|time|losses|cost' | awk '!seen[$0]++')"
is "spelunk-report(1) has every data source" \
	"$(sed -n 's/^SOURCE([^"]*"\([^"]*\)".*/\1/p' decoder/sources.def | sort -u |
		comm -23 - <(words spelunk-report | sort -u))" ""
holds "those are words, not nothing" "$(told keys | wc -l) > 20 && $(told columns | wc -l) > 40"
exits "help without a topic" 0 "$SPELUNK" help
exits "help on what there is not" 2 "$SPELUNK" help conquest

#
# What scripts rely on
#

is "spelunk-dump(1) has the CSV columns, in their order" \
	"$(words spelunk-dump CSV | paste -sd,)" \
	"$("$SPELUNK" dump --samples --format csv --limit 1 -i "$data" | head -n 1)"
exits "the agent makes a recording, of this machine" 0 \
	"$SPELUNK" guest-agent -q -o "$tap_dir/guest.data" --duration 100ms
"$BUILD/tests/tools/gen" -o "$tap_dir/cycles.data" --records 3000 --cpus 1 --cycles 10 --counters \
	2>/dev/null
for by in "" "--by world"; do
	# shellcheck disable=SC2086 # two words, or none
	"$SPELUNK" report -i "$data" --guest "0=$tap_dir/guest.data" \
		--guest "1=$BUILD/captures/guest.elf" $by --limit 1 --format json
	# with samples of cycles and counters
	"$SPELUNK" report -i "$tap_dir/cycles.data" $by --limit 1 --format json
	"$SPELUNK" report -q "$data" "$tap_dir/cycles.data" $by --limit 1 --format json
done | grep -oE '"[a-z][a-z0-9_-]*" ?:' | tr -d '": ' | sort -u >"$tap_dir/keys"
words spelunk-report WORLDS >"$tap_dir/other"
words spelunk-report JSON | sort -u >"$tap_dir/json"
is "spelunk-report(1) has every JSON key" \
	"$(comm -23 "$tap_dir/keys" "$tap_dir/json" | grep -vxFf "$tap_dir/other")" ""
is "and JSON has every key it tells" "$(comm -13 "$tap_dir/keys" "$tap_dir/json")" ""
# No machine has every key; the program's text contains them all.
is "spelunk-doctor(1) has the JSON keys, and no others" \
	"$(words spelunk-doctor JSON | sort -u)" \
	"$(grep -ohE '(json_[a-z]+|put_[a-z]+)\(&?j, "[a-z0-9_]+"' cmd/doctor/print.c cmd/doctor/probe/print.c |
		cut -d'"' -f2 | sort -u)"

unpack tests/captures/exits.data.xz
if command -v jq >/dev/null; then
	"$SPELUNK" kvm -q -i "$BUILD/captures/exits.data" --format json |
		jq -r 'del(.file, .machine, .recording, .losses) | .. | objects | keys[]' | sort -u >"$tap_dir/keys"
	# no bundled recording has injected interrupts
	words spelunk-kvm JSON | grep -vxE 'file|machine|recording|irq|injected' | sort -u >"$tap_dir/json"
	is "spelunk-kvm(1) has every JSON key" "$(comm -23 "$tap_dir/keys" "$tap_dir/json")" ""
	is "and JSON has every key it tells" "$(comm -13 "$tap_dir/keys" "$tap_dir/json")" ""
fi
unpack tests/demo/guest.elf.xz
annotate=("$SPELUNK" annotate -q -i "$data" --guest "$BUILD/captures/guest.elf")
if command -v jq >/dev/null; then
	"${annotate[@]}" --format json guest_chase |
		jq -r 'del(.file, .machine, .recording, .losses, .host_mode, .host_mode_from, .guests_by, .host_mode_contradictions, .spelunk) |
			.. | objects | keys[]' | sort -u >"$tap_dir/keys"
	is "spelunk-annotate(1) has every JSON key, and no others" \
		"$(words spelunk-annotate JSON | sort -u)" "$(cat "$tap_dir/keys")"
fi
is "spelunk-annotate(1) has the CSV columns, in their order" "$(words spelunk-annotate CSV | paste -sd,)" \
	"$("${annotate[@]}" --format csv --columns share guest_chase | head -n 1 | sed 's/,share$//')"
for table in ledger exits steal costs times cpus irqs code; do
	is "spelunk-kvm(1) has the CSV columns of $table, in their order" \
		"$(awk -v table="$table" '/^\.Sh/ { csv = $2 == "CSV" } !csv { next }
			/^\.It Cm/ { on = $3 == table; next }
			on && /^\.Cm/ { sub(/^\.Cm /, ""); gsub(/ [,;]/, ""); gsub(/ /, ",");
				printf "%s%s", (nr++ ? "," : ""), $0 }' "$tap_dir/spelunk-kvm.1" |
			sed 's/,user,guest_ns$//')" \
		"$("$SPELUNK" kvm -q -i "$BUILD/captures/exits.data" --format csv --table $table | head -n 1)"
done
if command -v jq >/dev/null; then
	"$SPELUNK" sharing -q -i "$data" --format json |
		jq -r 'del(.file, .machine, .recording, .losses) | .. | objects | keys[]' | sort -u >"$tap_dir/keys"
	words spelunk-sharing JSON | grep -vxE 'file|machine|recording|losses' | sort -u >"$tap_dir/json"
	is "spelunk-sharing(1) has every JSON key, and no others" "$(cat "$tap_dir/json")" "$(cat "$tap_dir/keys")"
fi
for table in lines accessors; do
	is "spelunk-sharing(1) has the CSV columns of $table, in their order" \
		"$(awk -v table="$table" '/^\.Sh/ { csv = $2 == "CSV" } !csv { next }
			/^\.It Cm/ { on = $3 == table; next }
			/^\.El/ { on = 0 }
			on && /^\.Cm/ { sub(/^\.Cm /, ""); gsub(/ [,;]/, ""); gsub(/ /, ",");
				printf "%s%s", (nr++ ? "," : ""), $0 }' "$tap_dir/spelunk-sharing.1")" \
		"$("$SPELUNK" sharing -q -i "$data" --format csv --table $table | head -n 1)"
done

if command -v jq >/dev/null; then
	"$SPELUNK" types -q -i "$data" --format json |
		jq -r 'del(.file, .machine, .recording, .losses) | .. | objects | keys[]' | sort -u >"$tap_dir/keys"
	words spelunk-types JSON | grep -vxE 'file|machine|recording|losses' | sort -u >"$tap_dir/json"
	is "spelunk-types(1) has every JSON key" "$(comm -13 "$tap_dir/json" "$tap_dir/keys")" ""
fi
is "spelunk-types(1) has the CSV columns, in their order" \
	"$(awk '/^\.Sh/ { csv = $2 == "CSV" } csv && /^\.Cm/ { sub(/^\.Cm /, ""); gsub(/ [,;]/, ""); gsub(/ /, ",");
		printf "%s%s", (nr++ ? "," : ""), $0 }' "$tap_dir/spelunk-types.1")" \
	"$("$SPELUNK" types -q -i "$data" --format csv | head -n 1)"

tap_end
