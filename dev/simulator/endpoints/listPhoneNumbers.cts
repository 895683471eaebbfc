import type { Endpoint } from '../api/endpoint.cts';
import { hasText } from '../api/listing.cts';

const common = {
	country_code: 'US',
	type: 'voice',
	has_voice: true,
	has_sms: true,
	has_mms: false,
	has_fax: false,
	has_whatsapp: false,
	current_status: 'active',
	is_sandbox: false,
	current_price: 1,
	currency: 'USD',
	renewal_date: '2024-02-15',
	auto_renewal: true,
	created_at: '2024-01-15T10:30:00Z',
	updated_at: '2024-01-15T10:30:00Z',
	monthly_renewal_cost: 1,
	days_until_monthly_renewal: 15,
	is_due_for_monthly_renewal: false,
};

/** Those of every environment. */
const phoneNumbers = [
	{
		id: 'phone-1',
		number: '+15551230001',
		formatted_number: '(555) 123-0001',
		international_number: '+1 555-123-0001',
		...common,
	},
	{
		id: 'phone-2',
		number: '+15551230002',
		formatted_number: '(555) 123-0002',
		international_number: '+1 555-123-0002',
		...common,
		type: 'whatsapp',
		has_voice: false,
		has_whatsapp: true,
	},
];

/** The whole list in one answer, without page data: it is not paged, by its page of the documentation. */
const listPhoneNumbers: Endpoint = ({ query, ok }) => {
	const { type, has_voice: hasVoice, has_whatsapp: hasWhatsapp, search } = query;
	const data = phoneNumbers.filter(
		(phone) =>
			(!type || phone.type === type) &&
			(!hasVoice || String(phone.has_voice) === hasVoice) &&
			(!hasWhatsapp || String(phone.has_whatsapp) === hasWhatsapp) &&
			hasText(search, phone.id, phone.number),
	);
	return ok({ success: true, data });
};

export default listPhoneNumbers;
