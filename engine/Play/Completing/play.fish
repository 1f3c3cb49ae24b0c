# The Tab key for play: play completion fish | source, in ~/.config/fish/config.fish
function __play_complete
    set -l words (commandline -opc)
    set -l program $words[1]
    type -q -- $program; or set program play
    $program complete (commandline -cp | string collect) 2>/dev/null
end
complete -c play -f -a '(__play_complete)'
