#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The options of every command: what shells complete, and what a wrong one gets.

. tests/tap.sh

for shell in bash zsh fish; do
	awk -f doc/defs.awk -f doc/completion.awk -v shell=$shell >"$tap_dir/$shell"
	tap "completion for $shell is made" $?
done
commands=$("$SPELUNK" --help | awk '/^  [a-z]/ && $1 != "help" && $1 != "version" { print $1 }')

# help_of COMMAND: its options as --help has them, long ones and letters
help_of()
{
	"$SPELUNK" "$1" --help | sed -nE 's/^  (-[A-Za-z],|   ) (--[a-z-]+).*/\1 \2/p' |
		tr -s ' ,' '\n' | grep . | sort
}

# complete WORD...: what bash completes the last one to
complete_bash()
{
	bash -c '
		compopt() { :; }
		. "$1"
		shift
		COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
		_spelunk
		printf "%s\n" "${COMPREPLY[@]}"' - "$tap_dir/bash" "$@" 2>&1 | sort
}

#
# Completion
#

for command in $commands; do
	options=$(help_of "$command")
	is "bash: options of $command" "$(complete_bash spelunk "$command" -)" "$options"
	is "zsh: options of $command" \
		"$(awk -v command="$command)" '/^\t[a-z]/ { on = $1 == command } on' "$tap_dir/zsh" |
			grep -oE "^			('\*|'\([^)]*\)'\{)[^'[]*" | sed "s/'([^)]*)'//" |
			grep -oE -- '--?[A-Za-z][a-z-]*' | sort)" "$options"
	is "fish: options of $command" \
		"$(sed -n "s/.*seen_subcommand_from $command' //p" "$tap_dir/fish" |
			sed 's/ -d .*//' | awk '{ for (i = 1; i < NF; i++)
				if ($i == "-s") print "-" $(i + 1); else if ($i == "-l") print "--" $(i + 1) }' |
			sort)" "$options"
done
is "bash: commands" "$(complete_bash spelunk sha)" sharing
is "words of an option" "$(complete_bash spelunk report --format '' | paste -sd' ')" "csv html json text"
is "also behind =" "$(complete_bash spelunk report --color = a | paste -sd' ')" "always auto"
is "a list" "$(complete_bash spelunk report --by vm,vcp)" vm,vcpu
is "columns" "$(complete_bash spelunk report --sort total_p9)" total_p99
is "events" "$(complete_bash spelunk record --event-filter l2d-m)" l2d-miss
is "tables are the command's" "$(complete_bash spelunk sharing --table '' | paste -sd' ')" \
	"accessors lines"
touch "$tap_dir/one.data"
is "a file" "$(complete_bash spelunk report -i "$tap_dir/on")" "$tap_dir/one.data"
is "a guest's file" "$(complete_bash spelunk report --guest 0 = "$tap_dir/on")" "$tap_dir/one.data"
is "a recording" "$(complete_bash spelunk kvm "$tap_dir/on")" "$tap_dir/one.data"
is "no file where a number is" "$(complete_bash spelunk report --limit "$tap_dir/on")" ""
is "no file where none is taken" "$(complete_bash spelunk doctor "$tap_dir/on")" ""
is "topics of help" "$(complete_bash spelunk help col)" columns
for shell in bash zsh fish; do
	if command -v $shell >/dev/null; then
		is "$shell can read its own" "$($shell -n "$tap_dir/$shell" 2>&1)" ""
	else
		echo "ok $((++tap_nr)) - completion # SKIP no $shell here"
	fi
done
if command -v fish >/dev/null; then
	is "fish completes words" "$(cd "$tap_dir" && fish --no-config -c ". $tap_dir/fish
		complete -C 'spelunk report --format '" 2>&1 | cut -f 1 | sort | paste -sd' ')" "csv html json text"
fi

#
# Errors
#

# refused COMMAND ARG...: what it says on standard error; its status is 2
refused()
{
	"$SPELUNK" "$@" 2>&1 >/dev/null </dev/null
	[ $? = 2 ] || echo "status $?"
}

for command in $commands; do
	is "an unknown option of $command" "$(refused "$command" --conquer)" \
		"spelunk $command: no option '--conquer'; run \`spelunk $command --help\` for the options"
done
is "top has its own help" "$(refused top --delya=2)" \
	"spelunk top: no option '--delya'; did you mean '--delay'?  Run \`spelunk top --help\` for the options"
is "a habit" "$(refused report -s comm)" \
	"spelunk report: no option -s: perf's -s is --by here; --sort COLUMN orders the rows"
is "options may be abbreviated" "$(refused dump --lim x)" \
	"spelunk dump: --limit takes a whole number from 0 to 9223372036854775807, not 'x'"
is "in every command" "$(refused top --del x)" \
	"spelunk top: --delay takes seconds from 0.1 to 3600, not 'x'"
is "also --table" "$(refused kvm --format csv --tab x)" "spelunk kvm: --table is ledger, exits, \
steal, costs, times, cpus, irqs or code, not 'x'"
is "an unknown command" "$(refused reprot)" \
	"spelunk: no command and no file 'reprot'; did you mean \`spelunk report\`?"
is "one like no other" "$(refused conquer)" \
	"spelunk: no command and no file 'conquer'; run \`spelunk --help\` for the commands"
is "a command of perf" "$(refused c2c)" \
	"spelunk: no command and no file 'c2c'; did you mean \`spelunk sharing\`?"
is "an unknown topic" "$(refused help filtr)" "spelunk help: no topic 'filtr'; did you mean 'filter'?"

tap_end
