//! Crews: whose members work in turn, whose members are led, and who hands work on as it likes.

use super::lines;

const MEMBERS: &str = "
from crewai import Agent, Crew, LLM, Process, Task

boss = Agent(role='boss', goal='', backstory='')
finder = Agent(role='finder', goal='', backstory='')
writer = Agent(role='writer', goal='', backstory='')
";

fn hands(after: &str) -> Vec<String> {
    let text = format!("{MEMBERS}{after}");
    let lines = lines(&[("main.py", &text)]);
    let mut of = String::new();
    let mut found = Vec::new();
    for line in lines {
        if let Some(name) = line.strip_prefix("crewai ") {
            name.clone_into(&mut of);
        } else if let Some(hand) = line.strip_prefix("  hands to ") {
            found.push(format!("{of} -> {hand}"));
        } else if line.starts_with("  started") {
            found.push(format!("{of}{line}"));
        }
    }
    found
}

#[test]
fn a_manager_hands_work_to_each_member() {
    let after = "
team = Crew(agents=[finder, writer], tasks=[], process=Process.hierarchical, manager_agent=boss)

def main():
    team.kickoff(inputs={'topic': input('topic? ')})
";
    let expected = [
        "boss -> finder as a member",
        "boss -> writer as a member",
        "boss  started by command line of operator",
    ];
    assert_eq!(hands(after), expected);
}

#[test]
fn a_manager_that_only_has_a_model_is_the_crew() {
    let after = "
team = Crew(agents=[finder, writer], tasks=[], process=Process.hierarchical, manager_llm=LLM(model='gpt-m'))
";
    assert_eq!(hands(after), ["team on gpt-m -> finder as a member", "team on gpt-m -> writer as a member"]);
}

#[test]
fn members_in_turn_hand_on_and_who_may_delegate_hands_to_all() {
    let after = "
Crew(agents=[finder, writer], tasks=[], process=Process.sequential)
eager = Agent(role='eager', goal='', backstory='', allow_delegation=True)
Crew(agents=[eager, boss, writer], tasks=[])
";
    let mut found = hands(after);
    found.sort();
    assert_eq!(
        found,
        [
            "boss -> writer as the next member",
            "eager -> boss as it likes",
            "eager -> boss as the next member",
            "eager -> writer as it likes",
            "finder -> writer as the next member",
        ]
    );
}

#[test]
fn crews_of_one_file_are_crews_of_their_own_led_by_the_steps_of_a_flow() {
    let crews = "
from crewai import Agent, Crew, Process
from crewai.project import CrewBase, agent, crew

@CrewBase
class Search:
    @agent
    def finder(self) -> Agent:
        return Agent(config=self.agents_config['finder'])

    @agent
    def checker(self) -> Agent:
        return Agent(config=self.agents_config['checker'])

    @crew
    def crew(self) -> Crew:
        return Crew(agents=self.agents, tasks=self.tasks)

@CrewBase
class Letters:
    @agent
    def writer(self) -> Agent:
        return Agent(config=self.agents_config['writer'])

    @agent
    def editor(self) -> Agent:
        return Agent(config=self.agents_config['editor'])

    @crew
    def crew(self) -> Crew:
        return Crew(agents=self.agents, tasks=self.tasks, process=Process.hierarchical, manager_llm='gpt-m')
";
    let main = "
from crewai.flow.flow import Flow, listen, start
from crews import Letters, Search

class Desk(Flow):
    @start()
    def look(self):
        self.state['found'] = Search().crew().kickoff(inputs={}).raw

    @listen(look)
    def write(self):
        return Letters().crew().kickoff(inputs={'facts': self.state['found']})

Desk().kickoff()
";
    let mut found = lines(&[("crews.py", crews), ("main.py", main)]);
    found.sort();
    let mut expected = [
        "crewai Desk",
        "  hands to finder in the step `look`",
        "  hands to Letters in the step `write`, after `look`",
        "crewai finder",
        "  hands to checker as the next member",
        "crewai checker",
        "crewai Letters on gpt-m",
        "  hands to writer as a member",
        "  hands to editor as a member",
        "crewai writer",
        "crewai editor",
    ];
    expected.sort_unstable();
    assert_eq!(found, expected);
}
