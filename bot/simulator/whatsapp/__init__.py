"""WhatsApp as Meta runs it: the Graph API, the customers' phones, signed webhooks."""
