/** What the program answers where the names of files are to be completed. */
export const FILES = ':files'

/**
 * What has a shell ask `stepstream complete` for what there is to type: with the words up to the cursor, the
 * last of which is not finished. An answer is a line: the word, and maybe a tab and what it is. None of it is ever
 * run by the shell, so that what the service sends, and `$(…)` on the line, does nothing.
 */
export const scripts = {
  bash: `# bash completion for stepstream
_stepstream() {
  local words cword line word
  if declare -F _get_comp_words_by_ref >/dev/null; then
    _get_comp_words_by_ref -n =: -w words -i cword
  else
    read -ra words <<<"\${COMP_LINE:0:COMP_POINT}"
    [[ \${COMP_LINE:0:COMP_POINT} == *[[:space:]] ]] && words+=('')
    cword=$((\${#words[@]} - 1))
  fi
  # For bash a word ends at a colon and at an equals sign: it wants what is behind.
  local last=\${words[cword]} before=
  [[ $COMP_WORDBREAKS == *[:=]* ]] && before=\${last%"\${last##*[:=]}"}
  COMPREPLY=()
  while IFS= read -r line; do
    if [[ $line == ${FILES} ]]; then
      compopt -o default 2>/dev/null
    else
      word=\${line%%$'\\t'*}
      COMPREPLY+=("$(printf %q "\${word#"$before"}")")
    fi
  done < <(command "\${words[0]}" complete -- "\${words[@]:1:cword}" 2>/dev/null)
}
complete -F _stepstream stepstream
`,
  zsh: `#compdef stepstream
# zsh completion for stepstream
_stepstream() {
  local line word files=
  local -a found
  while IFS= read -r line; do
    if [[ $line == ${FILES} ]]; then
      files=1
    else
      word=\${line%%$'\\t'*}
      word=\${word//:/\\\\:}
      [[ $line == *$'\\t'* ]] && word+=":\${line#*$'\\t'}"
      found+=("$word")
    fi
  done < <(command "\${(Q)words[1]}" complete -- "\${(@Q)words[2,CURRENT]}" 2>/dev/null)
  if [[ -n $files ]]; then
    _files
  else
    _describe -V stepstream found
  fi
}
if [[ $funcstack[1] == _stepstream ]]; then
  _stepstream "$@"
else
  compdef _stepstream stepstream
fi
`,
  fish: `# fish completion for stepstream
function __stepstream_complete
  set -l words (commandline -opc)
  set -l last (commandline -ct)
  set -l found (command $words[1] complete -- $words[2..-1] "$last" 2>/dev/null)
  if test "$found" = ${FILES}
    __fish_complete_path "$last"
  else
    printf '%s\\n' $found
  end
end
complete -c stepstream -f -k -a '(__stepstream_complete)'
`,
} as const

export type Shell = keyof typeof scripts
