//! Flows: classes whose methods are steps, the agents that they run, and what comes after what.

use super::{found, lines};

const CREWS: &str = "
from crewai import Agent, Crew, Task
from crewai.project import CrewBase, agent, crew
from crewai_tools import SerperDevTool

@CrewBase
class SearchCrew:
    agents_config = 'config/agents.yaml'

    @agent
    def searcher(self) -> Agent:
        return Agent(config=self.agents_config['searcher'], tools=[SerperDevTool()])

    @agent
    def checker(self) -> Agent:
        return Agent(config=self.agents_config['checker'])

    @crew
    def crew(self) -> Crew:
        return Crew(agents=self.agents, tasks=[])
";

#[test]
fn a_flow_hands_work_to_the_first_of_each_crew_that_its_steps_kick_off() {
    let writers = "
from crewai import Agent, Crew

writer = Agent(role='writer', goal='', backstory='', llm='gpt-w')
letters = Crew(agents=[writer], tasks=[])
";
    let main = "
import smtplib
from crewai import LLM
from crewai.flow.flow import Flow, and_, listen, or_, router, start
from pydantic import BaseModel
from crews import SearchCrew
from writers import letters

class State(BaseModel):
    topic: str = ''
    found: str = ''

class Desk(Flow[State]):
    @start('again')
    def look(self):
        self.state.found = SearchCrew().crew().kickoff(inputs={'topic': self.state.topic}).raw

    @start()
    def greet(self):
        print('hello')

    @router(look)
    def judge(self):
        answer = LLM(model='gpt-judge').call(self.state.found)
        if answer == 'yes':
            return 'good'
        return 'again'

    @listen(and_('good', or_(greet, look)))
    async def write(self):
        return await letters.kickoff_async(inputs={'facts': self.state.found})

    @listen(write)
    def post(self, letter):
        smtplib.SMTP('mail').sendmail('a@b.example', 'c@d.example', letter.raw)

def main():
    Desk().kickoff()

def draw():
    Desk().plot()
";
    let files = [("crews.py", CREWS), ("main.py", main), ("writers.py", writers)];
    let expected = [
        "crewai Desk on gpt-judge",
        "  tool post",
        "  hands to searcher in the step `look`, after `judge`",
        "  hands to writer in the step `write`, after `look`, `greet`, `judge`",
        "crewai searcher",
        "  tool SerperDevTool of the library",
        "  hands to checker as the next member",
        "crewai checker",
        "crewai writer on gpt-w",
    ];
    let mut lines = lines(&files);
    let mut expected = expected.map(str::to_owned).to_vec();
    lines.sort();
    expected.sort();
    assert_eq!(lines, expected);
}

#[test]
fn whoever_kicks_a_flow_or_a_crew_off_starts_it() {
    let main = "
from fastapi import FastAPI
from crewai.flow.flow import Flow, start
from crews import SearchCrew

app = FastAPI()

class Desk(Flow):
    @start()
    def look(self):
        return SearchCrew().crew().kickoff(inputs={'topic': self.state['topic']})

@app.post('/desk')
async def desk(topic: str):
    return await Desk().kickoff_async(inputs={'topic': topic})

@app.post('/search')
def search(topic: str):
    return SearchCrew().crew().kickoff(inputs={'topic': topic})
";
    let lines = lines(&[("crews.py", CREWS), ("main.py", main)]);
    let starts = lines.iter().filter(|it| it.starts_with("  started by http")).count();
    assert_eq!(starts, 2, "{lines:#?}");
    let first = lines.iter().position(|it| it == "crewai searcher").expect("the agent is found");
    let after = lines.get(first..).unwrap_or_default();
    assert!(after.iter().take(4).any(|it| it.starts_with("  started by http")), "{lines:#?}");
}

#[test]
fn a_word_that_a_router_puts_together_leads_to_whoever_waits_for_one_that_nobody_says() {
    let main = "
from crewai.flow import Flow, listen, router, start
from crews import SearchCrew

class Desk(Flow):
    @start()
    def begin(self):
        return 'plain'

    @router(begin)
    def choose(self):
        return self.state.kind

    @listen('letter')
    def letter(self):
        return SearchCrew().crew().kickoff(inputs={'topic': 'letters'})

    @listen('plain')
    def plain(self):
        return SearchCrew().crew().kickoff(inputs={'topic': 'plain ones'})
";
    let lines = lines(&[("crews.py", CREWS), ("main.py", main)]);
    let hands: Vec<&str> = lines.iter().map(|it| it.trim()).filter(|it| it.contains("in the step")).collect();
    assert_eq!(
        hands,
        [
            "hands to searcher in the step `letter`, after `choose`",
            "hands to searcher in the step `plain`, after `begin`"
        ]
    );
}

#[test]
fn what_a_human_has_seen_before_is_asked() {
    let main = "
import requests
from crewai import LLM
from crewai.flow import Flow, human_feedback, listen, start

class Desk(Flow):
    @start()
    @human_feedback(message='Fine?', emit=['approved', 'rejected'], llm='gpt')
    def propose(self):
        return LLM(model='gpt').call('Write a post.')

    @listen('approved')
    def publish(self):
        requests.post('https://api.acme.example/posts', json={'text': self.state['text']})

    @listen(propose)
    def record(self):
        requests.post('https://api.acme.example/log', json={'text': self.state['text']})

    @start('late')
    def unseen(self):
        requests.post('https://api.acme.example/other', json={'text': self.state['text']})
";
    let lines = lines(&[("main.py", main)]);
    let tools: Vec<&str> = lines.iter().map(|it| it.trim()).filter(|it| it.starts_with("tool")).collect();
    assert_eq!(tools, ["tool publish asked", "tool record asked", "tool unseen"]);
}

#[test]
fn what_steps_leave_for_each_other_is_content_in_what_the_next_ones_send() {
    let main = "
import requests
from crewai import LLM
from crewai.flow import Flow, listen, start

class Desk(Flow):
    @start()
    def write(self):
        self.state.letter = LLM(model='gpt').call('Write a letter.')

    @listen(write)
    def say(self):
        requests.post('https://hooks.acme.example/in', json={'text': self.state.letter})
";
    let found = found(&[("main.py", main)]);
    let tool = found.agents.first().and_then(|it| it.facts.program.tools.first()).expect("a step acts");
    assert!(tool.effects.iter().any(|it| it.does.contains("what it has read")), "{:#?}", tool.effects);
}

#[test]
fn steps_of_a_workflow_are_put_in_order_by_their_events() {
    let main = "
import requests
from llama_index.core.agent.workflow import FunctionAgent
from llama_index.core.tools import FunctionTool
from llama_index.core.workflow import Context, Event, StartEvent, StopEvent, Workflow, step
from llama_index.llms.openai import OpenAI

class Found(Event):
    text: str

class Judged(Event):
    text: str

def look_up(word: str) -> str:
    '''Looks a word up.'''
    return requests.get('https://words.example/' + word).text

researcher = FunctionAgent(name='researcher', llm=OpenAI(model='gpt-r'), tools=[look_up])
writer = FunctionAgent(name='writer', llm=OpenAI(model='gpt-w'), tools=[])

class Research(Workflow):
    def __init__(self, llm=None, **kwargs):
        super().__init__(**kwargs)
        self.llm = llm or OpenAI(model='gpt-flow')
        self.tools = [FunctionTool.from_defaults(fn=look_up)]

    @step
    async def look(self, ctx: Context, ev: StartEvent) -> Found:
        return Found(text=str(await researcher.run(user_msg=ev.topic)))

    @step
    async def judge(self, ev: Found) -> Judged | StopEvent:
        answer = await self.llm.achat_with_tools(self.tools, chat_history=[ev.text])
        return Judged(text=str(answer))

    @step()
    async def write(self, ev: Judged) -> StopEvent:
        return StopEvent(result=await writer.run(user_msg=ev.text))

async def main():
    topic = input('topic? ')
    print(await Research(timeout=60).run(topic=topic))
";
    let lines = lines(&[("main.py", main)]);
    let flow: Vec<&str> =
        lines.iter().map(String::as_str).skip_while(|it| !it.starts_with("llamaindex Research")).collect();
    assert_eq!(
        flow,
        [
            "llamaindex Research on gpt-flow",
            "  tool look_up",
            "  hands to researcher in the step `look`",
            "  hands to writer in the step `write`, after `judge`",
            "  started by command line of operator",
            "  limit timeout: 60",
        ]
    );
}

#[test]
fn a_flow_that_asks_no_model_is_a_program_and_no_agent() {
    let main = "
from workflows import Context, Workflow, step
from workflows.events import Event, StartEvent, StopEvent

class Counted(Event):
    number: int

class Count(Workflow):
    @step
    async def begin(self, ctx: Context, ev: StartEvent) -> Counted:
        await ctx.store.set('number', 1)
        return Counted(number=1)

    @step
    async def end(self, ev: Counted) -> StopEvent:
        return StopEvent(result=ev.number)

async def main():
    print(await Count().run())
";
    assert_eq!(lines(&[("main.py", main)]), [""; 0]);
    let asked =
        main.replace("Counted(number=1)", "Counted(number=OpenAI(model='gpt').complete('How many?'))");
    let asked = format!("from llama_index.llms.openai import OpenAI\n{asked}");
    assert_eq!(lines(&[("main.py", &asked)]), ["llamaindex Count on gpt"]);
}
