# SPDX-License-Identifier: GPL-2.0-only
#
# What a shell completes: awk -f doc/defs.awk -f doc/completion.awk -v shell=bash|zsh|fish

# Words that an option's value is one of, or with a comma a list of; "": others.
function words(o,    list)
{
	if (match(value_of[o], /^ONE_OF\(.*,/)) {
		list = substr(value_of[o], RLENGTH + 1)
		return substr(list, 1, length(list) - 1)
	}
	return argument_of[o] == "KIND" ? kinds : argument_of[o] ~ /K1/ ? fields : argument_of[o] ~ /C1|COLUMN/ ? columns : \
	       argument_of[o] ~ /^E,/ ? events : ""
}

# "file", "folder", "list" of words, one of "words", or "none"
function kind(o)
{
	return argument_of[o] ~ /FILE/ ? "file" : argument_of[o] ~ /DIR/ ? "folder" : \
	       words(o) == "" ? "none" : argument_of[o] ~ /,\.\.\./ ? "list" : "words"
}

function takes_command(name)
{
	return name == "record" || name == "top"
}

function read_words(name, macro, at,    list)
{
	open_file(name)
	while (next_row(macro))
		if (a[at] != "" && a[at] !~ /:/)
			list = list (list == "" ? "" : " ") a[at]
	return list
}

# bash

function bash_command(name,    i, o, all)
{
	read_options(name)
	for (i = 1; i <= nr_options; i++)
		all = all (i > 1 ? " " : "") "--" option[i] \
			(option[i] in letter_of ? " -" letter_of[option[i]] : "")
	print "\t" name ")"
	print "\t\toptions='" all "'"
	print "\t\tcase $option in"
	for (i = 1; i <= nr_options; i++) {
		o = option[i]
		if (argument_of[o] == "")
			continue
		print "\t\t--" o (o in letter_of ? " | -" letter_of[o] : "") ") kind=" kind(o) \
			(words(o) == "" ? "" : " words='" words(o) "'") " ;;"
	}
	print "\t\tesac"
	if (takes_command(name))
		print "\t\t[ \"$kind\" ] || kind=command"
	else if (name == "doctor" || name == "guest-agent" || name == "mcp")
		print "\t\t[ \"$kind\" ] || kind=none"
	print "\t\t;;"
}

function bash(    i)
{
	print "# bash completion of spelunk(1), from the rows of cmd/options/options.def"
	print ""
	print "_spelunk()"
	print "{"
	print "\tlocal cur=${COMP_WORDS[COMP_CWORD]} at=$((COMP_CWORD - 1)) command=${COMP_WORDS[1]}"
	print "\tlocal option options='' kind='' words='' begin=''"
	print ""
	print "\t# \"=\" is a word of its own, in --option=VALUE and in --guest VM=FILE"
	print "\t[ \"$cur\" != = ] || { cur=''; at=$COMP_CWORD; }"
	print "\t[ \"${COMP_WORDS[at]}\" != = ] || at=$((at - 1))"
	print "\toption=${COMP_WORDS[at]}"
	print "\t[[ $option == -* || ${COMP_WORDS[at + 1]} != = ]] || option=${COMP_WORDS[at - 1]}"
	print "\tCOMPREPLY=()"
	print "\tif [ \"$COMP_CWORD\" = 1 ]; then"
	print "\t\tCOMPREPLY=($(compgen -W '" command_list " version --help' -- \"$cur\") $(compgen -f -- \"$cur\"))"
	print "\t\treturn"
	print "\tfi"
	print "\tcase $command in"
	for (i = 1; i <= nr_commands; i++)
		if (command[i] != "help")
			bash_command(command[i])
	print "\thelp) kind=words words='" command_list " filter keys columns cpus' ;;"
	print "\tversion) kind=none ;;"
	print "\tesac"
	print "\tif [[ $cur == -* && ( $kind == '' || $kind == command || $option != -* ) ]]; then"
	print "\t\tCOMPREPLY=($(compgen -W \"$options\" -- \"$cur\"))"
	print "\t\treturn"
	print "\tfi"
	print "\tcase $kind in"
	print "\tlist)"
	print "\t\t[[ $cur != *,* ]] || begin=${cur%,*},"
	print "\t\tCOMPREPLY=($(compgen -P \"$begin\" -W \"$words\" -- \"${cur##*,}\")) ;;"
	print "\twords) COMPREPLY=($(compgen -W \"$words\" -- \"$cur\")) ;;"
	print "\tfolder) compopt -o filenames; COMPREPLY=($(compgen -d -- \"$cur\")) ;;"
	print "\tcommand) compopt -o filenames; COMPREPLY=($(compgen -c -f -- \"$cur\")) ;;"
	print "\tnone) ;;"
	print "\t*) compopt -o filenames; COMPREPLY=($(compgen -f -- \"$cur\")) ;;"
	print "\tesac"
	print "}"
	print "complete -F _spelunk spelunk"
}

# zsh

# Text inside 'single quotes', and there inside [brackets] or behind a colon.
function zsh_text(text)
{
	gsub(/[\[\]:\\]/, "\\\\&", text)
	gsub(/'/, "'\\''", text)
	return text
}

function zsh_action(o)
{
	return kind(o) == "file" ? "_files" : kind(o) == "folder" ? "_files -/" : \
	       kind(o) == "words" ? "(" words(o) ")" : \
	       kind(o) == "list" ? "_values -s , value " words(o) : " "
}

function zsh_option(o,    names)
{
	names = o in letter_of ? "'(-" letter_of[o] " --" o ")'{-" letter_of[o] \
		(argument_of[o] == "" ? "" : "+") ",--" o (argument_of[o] == "" ? "" : "=") "}'" : \
		"'*--" o (argument_of[o] == "" ? "" : "=")
	return names "[" zsh_text(text_of[o]) "]" (argument_of[o] == "" ? "" : \
		":" zsh_text(argument_of[o]) ":" zsh_action(o)) "'"
}

function zsh_command(name,    i)
{
	print "\t" name ")"
	read_options(name)
	print "\t\t_arguments -s -S \\"
	for (i = 1; i <= nr_options; i++)
		print "\t\t\t" zsh_option(option[i]) " \\"
	print "\t\t\t" (takes_command(name) ? "'*::command:_normal'" : \
			name == "doctor" || name == "guest-agent" || name == "mcp" ? "&& return" : "'*:file:_files'")
	print "\t\t;;"
}

function zsh(    i)
{
	print "#compdef spelunk"
	print "# zsh completion of spelunk(1), from the rows of cmd/options/options.def"
	print ""
	print "local -a commands"
	print "commands=("
	for (i = 1; i <= nr_commands; i++)
		print "\t'" command[i] ":" zsh_text(what_of[command[i]]) "'"
	print "\t'version:print the version'"
	print ")"
	print "if (( CURRENT == 2 )); then"
	print "\t_describe -t commands command commands"
	print "\t_files"
	print "\treturn"
	print "fi"
	print "shift words"
	print "(( CURRENT-- ))"
	print "case $words[1] in"
	for (i = 1; i <= nr_commands; i++)
		if (command[i] != "help")
			zsh_command(command[i])
	print "\thelp)"
	print "\t\t_values topic " command_list " filter keys columns cpus"
	print "\t\t;;"
	print "esac"
}

# fish

function fish_text(text)
{
	gsub(/[\\']/, "\\\\&", text)
	return "'" text "'"
}

function fish_option(name, o)
{
	print "complete -c spelunk -n '__fish_seen_subcommand_from " name "'" \
		(o in letter_of ? " -s " letter_of[o] : "") " -l " o \
		(argument_of[o] == "" ? "" : kind(o) == "file" ? " -r -F" : \
		 kind(o) == "folder" ? " -x -a '(__fish_complete_directories)'" : \
		 kind(o) == "words" ? " -x -a '" words(o) "'" : \
		 kind(o) == "list" ? " -x -a '(__fish_append , " words(o) ")'" : \
		 " -x") " -d " fish_text(text_of[o])
}

function fish(    i, k)
{
	print "# fish completion of spelunk(1), from the rows of cmd/options/options.def"
	print ""
	for (i = 1; i <= nr_commands; i++)
		print "complete -c spelunk -n '__fish_is_first_arg' -a " command[i] " -d " \
			fish_text(what_of[command[i]])
	print "complete -c spelunk -n '__fish_seen_subcommand_from help' -x -a '" command_list \
		" filter keys columns cpus'"
	for (i = 1; i <= nr_commands; i++) {
		read_options(command[i])
		for (k = 1; k <= nr_options; k++)
			fish_option(command[i], option[k])
	}
}

BEGIN {
	read_commands()
	for (i = 1; i <= nr_commands; i++)
		command_list = command_list (i > 1 ? " " : "") command[i]
	fields = read_words("profile/fields.def", "FIELD", 2)
	columns = read_words("profile/columns.def", "COLUMN", 2)
	kinds = read_words("export/kinds.def", "KIND", 2)
	events = read_words("decoder/events.def", "EVENT", 3)
	if (shell == "bash")
		bash()
	else if (shell == "zsh")
		zsh()
	else if (shell == "fish")
		fish()
	else
		exit 1
}
