# shellcheck shell=bash
# The Tab key for play: eval "$(play completion bash)" in ~/.bashrc
_play() {
  local line=${COMP_LINE:0:COMP_POINT} cur=${COMP_WORDS[COMP_CWORD]-} word before candidate
  # bash breaks words at these: what stands before stays as it was typed.
  [[ $cur != [=:@] ]] || cur=
  word=${line##*[[:space:]]}
  before=${word%"$cur"}
  [[ $cur != [\'\"]* ]] || before=
  COMPREPLY=()
  while IFS=$'\t' read -r candidate _; do
    [[ $candidate = "$before"* ]] || continue
    [[ $candidate != *[=/,:] ]] || compopt -o nospace
    candidate=${candidate#"$before"}
    # Within quotes, and where nothing is to be quoted, it stands as it is.
    [[ $cur = [\'\"]* || $candidate =~ ^[[:alnum:]~._/:=,@%+-]*$ ]] || printf -v candidate %q "$candidate"
    COMPREPLY+=("$candidate")
  done < <("${COMP_WORDS[0]}" complete "$line" 2>/dev/null)
}
complete -F _play play
