"""Services by their own libraries."""

import os
import smtplib
from email.message import EmailMessage
from email.mime.text import MIMEText

import boto3
import stripe
import tweepy
from duckduckgo_search import DDGS
from github import Github
from googleapiclient.discovery import build
from jira import JIRA
from notion_client import Client
from sendgrid import SendGridAPIClient
from sendgrid.helpers.mail import Mail
from slack_sdk import WebClient
from tavily import TavilyClient
from twilio.rest import Client as Twilio

slack = WebClient(token=os.environ["SLACK_TOKEN"])
stripe.api_key = os.environ["STRIPE_KEY"]
s3 = boto3.client("s3")
dynamodb = boto3.resource("dynamodb")
notion = Client(auth=os.environ["NOTION_TOKEN"])
jira = JIRA(server="https://acme.atlassian.net", basic_auth=("bot", os.environ["JIRA_TOKEN"]))


#: sends public free-text channel:mail
def send_email(to: str, subject: str, body: str) -> str:
    message = EmailMessage()
    message["To"] = to
    message["Subject"] = subject
    message.set_content(body)
    with smtplib.SMTP("smtp.example.com", 587) as server:
        server.starttls()
        server.login(os.environ["MAIL_USER"], os.environ["MAIL_PASSWORD"])
        server.send_message(message)
    return "sent"


#: sends organization free-text channel:mail
def report_problem(text: str) -> str:
    message = MIMEText(text)
    server = smtplib.SMTP_SSL("smtp.example.com")
    server.sendmail("bot@example.com", "ops@example.com", message.as_string())
    return "reported"


#: sends public free-text channel:mail
def send_newsletter(address: str, html: str) -> int:
    mail = Mail(from_email="news@example.com", to_emails=address, subject="News", html_content=html)
    return SendGridAPIClient(os.environ["SENDGRID_API_KEY"]).send(mail).status_code


#: sends partner free-text channel:slack
def post_message(channel: str, text: str) -> str:
    slack.chat_postMessage(channel=channel, text=text)
    return "posted"


#: sends partner fixed-template channel:slack
def announce() -> None:
    slack.chat_postMessage(channel="#general", text="Deployment finished")


#: ingests public channel:slack
#: reads confidential channel:slack
def channel_history(channel: str) -> list:
    return [it["text"] for it in slack.conversations_history(channel=channel, limit=50)["messages"]]


#: sends public free-text channel:phone
def send_sms(number: str, text: str) -> str:
    client = Twilio(os.environ["TWILIO_SID"], os.environ["TWILIO_TOKEN"])
    return client.messages.create(to=number, from_="+15550100", body=text).sid


#: spends store:stripe
#: writes irreversible third-parties store:stripe
def refund(payment: str, amount: int) -> str:
    return stripe.Refund.create(payment_intent=payment, amount=amount).id


#: spends bounded store:stripe
#: writes irreversible third-parties store:stripe
def charge_fee(customer: str) -> str:
    return stripe.PaymentIntent.create(customer=customer, amount=500, currency="eur").id


#: reads confidential store:stripe
def invoices(customer: str) -> list:
    return stripe.Invoice.list(customer=customer, limit=10).data


#: writes irreversible third-parties store:stripe
def end_subscription(subscription: str) -> None:
    stripe.Subscription.cancel(subscription)


#: reads confidential store:s3
def read_object(key: str) -> str:
    return s3.get_object(Bucket="reports", Key=key)["Body"].read().decode()


#: writes recoverable organization store:s3
def save_object(key: str, text: str) -> None:
    s3.put_object(Bucket="reports", Key=key, Body=text)


#: writes irreversible organization store:s3
def delete_object(key: str) -> None:
    s3.delete_object(Bucket="reports", Key=key)


#: reads confidential store:dynamodb/customers
def customer(customer_id: str) -> dict:
    return dynamodb.Table("customers").get_item(Key={"id": customer_id})["Item"]


#: writes recoverable organization store:dynamodb/customers
def set_plan(customer_id: str, plan: str) -> None:
    table = boto3.resource("dynamodb").Table("customers")
    table.update_item(Key={"id": customer_id}, AttributeUpdates={"plan": {"Value": plan}})


#: reads internal store:aws
def list_instances() -> list:
    return boto3.client("ec2").describe_instances()["Reservations"]


#: writes irreversible organization store:aws
def terminate(instance: str) -> None:
    boto3.client("ec2", region_name="eu-west-1").terminate_instances(InstanceIds=[instance])


#: grants store:aws-iam
def add_to_admins(user: str) -> None:
    boto3.client("iam").add_user_to_group(GroupName="admins", UserName=user)


#: executes remote
def run_function(name: str, payload: str) -> str:
    answer = boto3.client("lambda").invoke(FunctionName=name, Payload=payload)
    return answer["Payload"].read().decode()


#: sends organization free-text channel:queue
def enqueue(body: str) -> None:
    boto3.client("sqs").send_message(QueueUrl=os.environ["QUEUE_URL"], MessageBody=body)


#: sends public free-text channel:mail
def send_by_ses(to: str, text: str) -> None:
    boto3.client("ses").send_email(
        Source="bot@example.com",
        Destination={"ToAddresses": [to]},
        Message={"Subject": {"Data": "Hello"}, "Body": {"Text": {"Data": text}}},
    )


#: reads secret store:secrets
def get_secret(name: str) -> str:
    return boto3.client("secretsmanager").get_secret_value(SecretId=name)["SecretString"]


#: ingests public store:gmail
#: reads confidential store:gmail
def search_mail(query: str) -> list:
    gmail = build("gmail", "v1", credentials=credentials())
    return gmail.users().messages().list(userId="me", q=query).execute()["messages"]


#: sends public free-text channel:mail
def send_gmail(raw: str) -> dict:
    service = build("gmail", "v1", credentials=credentials())
    return service.users().messages().send(userId="me", body={"raw": raw}).execute()


#: sends public free-text store:google-calendar
#: writes recoverable third-parties store:google-calendar
def invite(summary: str, start: str, guest: str) -> str:
    calendar = build("calendar", "v3", credentials=credentials())
    event = {"summary": summary, "start": {"dateTime": start}, "attendees": [{"email": guest}]}
    return calendar.events().insert(calendarId="primary", body=event).execute()["htmlLink"]


#: ingests public channel:github
#: reads confidential store:github
def read_issue(repo: str, number: int) -> str:
    github = Github(os.environ["GITHUB_TOKEN"])
    return github.get_repo(repo).get_issue(number).body


#: sends public free-text channel:github
#: writes recoverable third-parties channel:github
def create_issue(repo: str, title: str, body: str) -> int:
    return Github(os.environ["GITHUB_TOKEN"]).get_repo(repo).create_issue(title=title, body=body).number


#: ingests public store:jira
#: reads confidential store:jira
def my_issues() -> list:
    return [it.key for it in jira.search_issues("assignee = currentUser()")]


#: writes recoverable organization store:jira
def add_jira_comment(key: str, text: str) -> None:
    jira.add_comment(key, text)


#: reads confidential store:notion
def read_notion(page: str) -> dict:
    return notion.pages.retrieve(page_id=page)


#: writes recoverable organization store:notion
def write_notion(parent: str, title: str) -> str:
    return notion.pages.create(parent={"page_id": parent}, properties={"title": title})["id"]


#: ingests public channel:search
def search(query: str) -> list:
    return TavilyClient(api_key=os.environ["TAVILY_API_KEY"]).search(query)["results"]


#: ingests public channel:search
def duck(query: str) -> list:
    with DDGS() as engine:
        return list(engine.text(query, max_results=5))


#: sends public free-text channel:social
#: writes recoverable third-parties channel:social
def tweet(text: str) -> str:
    return tweepy.Client(bearer_token=os.environ["X_TOKEN"]).create_tweet(text=text).data["id"]


def credentials():
    from google.oauth2.credentials import Credentials

    return Credentials.from_authorized_user_file("token.json")
