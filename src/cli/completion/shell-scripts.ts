export const SHELLS = ["bash", "zsh", "fish"] as const;
export type Shell = (typeof SHELLS)[number];

/** What each shell calls when TAB is pressed: it asks the command itself, so a script is never out of date. */
export const SHELL_SCRIPTS: Readonly<Record<Shell, string>> = {
  // The line is split anew, for bash also splits at colons, and so URLs.
  bash: `_hangar() {
  local line="\${COMP_LINE:0:COMP_POINT}" value
  local -a words
  read -ra words <<< "$line"
  [[ $line == *' ' ]] && words+=("")
  COMPREPLY=()
  while IFS=$'\\t' read -r value _; do
    case $value in
      :files) compopt -o default; return ;;
      :folders) compopt -o dirnames; return ;;
      *) COMPREPLY+=("$value") ;;
    esac
  done < <("\${words[0]}" complete-word -- "\${words[@]:1}" 2> /dev/null)
}
complete -F _hangar hangar
`,
  zsh: `#compdef hangar
_hangar() {
  local -a found kind
  local line
  for line in "\${(@f)$("\${words[1]}" complete-word -- "\${(@)words[2,CURRENT]}" 2> /dev/null)}"; do
    case $line in
      :files) _files; return ;;
      :folders) _files -/; return ;;
      ?*) found+=("\${\${line%%$'\\t'*}//:/\\\\:}:\${line#*$'\\t'}") ;;
    esac
  done
  [[ \${words[CURRENT]} == -* ]] && kind=(-o)
  _describe $kind hangar found
}
if [[ $funcstack[1] == _hangar ]]; then _hangar "$@"; else compdef _hangar hangar; fi
`,
  fish: `function __hangar_complete
    set -l words (commandline -opc)
    set -l typed (commandline -ct)
    for line in ($words[1] complete-word -- $words[2..-1] "$typed" 2> /dev/null)
        switch $line
            case :files
                __fish_complete_path "$typed"
            case :folders
                __fish_complete_directories "$typed" ''
            case '*'
                echo $line
        end
    end
end
complete -c hangar -f -a '(__hangar_complete)'
`,
};

/** Where it goes so that each new shell has it. */
export const INSTALL: Readonly<Record<Shell, string>> = {
  bash: `echo 'source <(hangar completion bash)' >> ~/.bashrc`,
  zsh: `echo 'autoload -Uz compinit && compinit && source <(hangar completion zsh)' >> ~/.zshrc`,
  fish: "hangar completion fish > ~/.config/fish/completions/hangar.fish",
};
