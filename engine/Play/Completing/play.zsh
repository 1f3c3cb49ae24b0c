#compdef play
# The Tab key for play: eval "$(play completion zsh)" in ~/.zshrc, behind compinit
_play() {
  local -a closed open closed_about open_about
  local candidate about line="${(j: :)words[1,CURRENT-1]} $QIPREFIX$PREFIX"
  while IFS=$'\t' read -r candidate about; do
    about="$candidate${about:+  -- $about}"
    if [[ $candidate = *[=/,:] ]]; then
      open+=("$candidate") open_about+=("$about")
    else
      closed+=("$candidate") closed_about+=("$about")
    fi
  done < <("$words[1]" complete "$line" 2>/dev/null)
  compadd -l -d closed_about -a closed
  compadd -l -S '' -d open_about -a open
}
if [[ $funcstack[1] = _play ]]; then _play "$@"; else compdef _play play; fi
