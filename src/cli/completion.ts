import { Argument, type Command } from 'commander'
import { type Shell, scripts } from './completion/scripts.ts'

const HELP = `
To have it in every new shell:
  bash   stepstream completion bash > ~/.local/share/bash-completion/completions/stepstream
         or, without the package bash-completion, in ~/.bashrc: source <(stepstream completion bash)
  zsh    stepstream completion zsh > "\${fpath[1]}/_stepstream"
         or, behind compinit in ~/.zshrc: source <(stepstream completion zsh)
  fish   stepstream completion fish > ~/.config/fish/completions/stepstream.fish

Ids and names are those of the service that --url or STEPSTREAM_URL name, with STEPSTREAM_KEY.`

/** `stepstream completion`: a script for a shell, which asks this program what there is to type. */
export function defineCompletion(command: Command): void {
  command
    .addArgument(new Argument('<shell>', 'bash, zsh or fish').choices(Object.keys(scripts)))
    .addHelpText('after', HELP)
    .action((shell: Shell) => void process.stdout.write(scripts[shell]))
}
