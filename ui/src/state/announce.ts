/** What is said to people who do not see the page change. One sentence at a time, only changes of state. */
import { createSignal } from 'solid-js'

const [said, announce] = createSignal('')

export { announce, said }
