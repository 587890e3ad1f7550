/** Begins the page. */
import { render } from 'solid-js/web'
import { App } from './app.tsx'
import './style/tokens.css'
import './style/base.css'
import './style/parts.css'
import './style/form.css'
import './style/run.css'

render(() => <App />, document.getElementById('page')!)
