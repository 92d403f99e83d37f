/** The scripts by shell. Each asks `berth __complete` for candidates; one that ends the word has a space at its end. */
export const COMPLETION_SCRIPTS: Readonly<Record<string, string>> = {
  bash: `# Completion of berth for bash. Load it with: source <(berth completion bash)
_berth() {
  local line=\${COMP_LINE:0:COMP_POINT} last= kept= candidate
  local -a typed
  read -ra typed <<<"$line"
  [[ $line == *[[:space:]] ]] && typed+=("")
  last=\${typed[\${#typed[@]} - 1]}
  # Readline replaces only what follows the last of the characters that divide words, such as the colon before a tag.
  if [[ $last == *[:=@]* && $COMP_WORDBREAKS == *:* ]]; then kept=\${last%"\${last##*[:=@]}"}; fi
  COMPREPLY=()
  while IFS= read -r candidate; do
    [[ -n $candidate ]] && COMPREPLY+=("\${candidate#"$kept"}")
  done < <("\${typed[0]}" __complete "\${typed[@]:1}" 2>/dev/null)
}
complete -o nospace -o default -F _berth berth`,
  zsh: `#compdef berth
# Completion of berth for zsh. Load it with: source <(berth completion zsh)
_berth() {
  local candidate
  local -a whole open
  while IFS= read -r candidate; do
    [[ $candidate == *' ' ]] && whole+=("\${candidate% }") || open+=("$candidate")
  done < <("\${words[1]}" __complete "\${(@)words[2,CURRENT]}" 2>/dev/null)
  (( \${#whole} )) && compadd -- "\${whole[@]}"
  (( \${#open} )) && compadd -S '' -- "\${open[@]}"
  (( \${#whole} + \${#open} ))
}
(( \${+functions[compdef]} )) || { autoload -Uz compinit && compinit -u }
compdef _berth berth`,
};
